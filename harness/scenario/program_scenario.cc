// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/program_scenario.h"

#include <fmt/format.h>

#include <filesystem>

#include "harness/base/text_file.h"
#include "harness/trace/schedule.h"

namespace onhook {

bool names_program(std::string_view path) { return path.ends_with(".c"); }

CompileResult scenario_of_program(const std::string& path, std::vector<std::string> defines,
                                  std::vector<std::string> args) {
  CompileResult result;
  auto read = read_text_file(path, "program");
  if (auto* unreadable = std::get_if<Diagnostic>(&read)) return {{}, {std::move(*unreadable)}};
  std::string text = std::get<std::string>(std::move(read));
  // Lengths in front keep {"ab"} and {"a", "b"} apart.
  for (const auto* words : {&defines, &args}) {
    text += fmt::format("\n{}:", words->size());
    for (const std::string& word : *words) text += fmt::format("{}:{}", word.size(), word);
  }
  CompiledScenario scenario;
  const std::filesystem::path file = path;
  scenario.name = file.stem().string();
  scenario.path = path;
  scenario.hash = sha256_of(text);
  scenario.orders = {OrderCase{}};
  scenario.program = ProgramSubject{file.filename().string(), std::move(defines), std::move(args)};
  result.scenario = std::move(scenario);
  return result;
}

}  // namespace onhook
