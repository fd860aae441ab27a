// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/program_scenario.h"

#include <fmt/format.h>
#include <string.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/trace/schedule.h"

namespace onhook {

bool names_program(std::string_view path) { return path.ends_with(".c"); }

CompileResult scenario_of_program(const std::string& path, std::vector<std::string> defines,
                                  std::vector<std::string> args) {
  CompileResult result;
  std::error_code ignored;
  errno = std::filesystem::is_directory(path, ignored) ? EISDIR : 0;
  std::ifstream in;
  if (errno == 0) in.open(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) {
    result.diagnostics.push_back(
        {path, 0, 0, 1, "", fmt::format("cannot read the program: {}", ::strerror(errno)), ""});
    return result;
  }
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
