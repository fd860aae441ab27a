// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/lint.h"

#include <fmt/format.h>

#include "harness/base/text_file.h"
#include "harness/cli/command.h"
#include "harness/cli/scenario_files.h"
#include "harness/scenario/compiler.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Checks scenarios without running them: all that is wrong, and what is right but hardly "
    "meant,\n"
    "such as a law that cannot break.\n\n"
    "Exit code 0: nothing to say. 1: warnings. 2: errors.\n\n"
    "  onhook lint scenarios";

int lint_all(const std::vector<std::string>& paths, Console& console) {
  const auto found = scenario_files(paths);
  if (const auto* error = std::get_if<Diagnostic>(&found)) {
    console.err << to_text(*error);
    return kUsageError;
  }
  std::size_t errors = 0;
  std::size_t warnings = 0;
  const auto& files = std::get<std::vector<std::string>>(found);
  for (const std::string& path : files) {
    const CompileResult compiled = load_scenario(path);
    for (const Diagnostic& d : compiled.diagnostics) console.out << to_text(d);
    errors += compiled.diagnostics.size();
    if (!compiled.scenario) continue;
    const auto read = read_text_file(path);
    if (const auto* unreadable = std::get_if<Diagnostic>(&read)) {
      console.out << to_text(*unreadable);
      ++errors;
      continue;
    }
    const auto found_here = lint(*compiled.scenario, std::get<std::string>(read));
    for (const Diagnostic& d : found_here) console.out << to_text(d, "warning");
    warnings += found_here.size();
  }
  console.out << fmt::format("{} scenario{}: {} error{}, {} warning{}\n", files.size(),
                             files.size() == 1 ? "" : "s", errors, errors == 1 ? "" : "s", warnings,
                             warnings == 1 ? "" : "s");
  if (errors > 0) return kUsageError;
  return warnings > 0 ? 1 : 0;
}

}  // namespace

Verb add_lint(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("lint", kHelp);
  auto paths = std::make_shared<std::vector<std::string>>();
  verb->add_option("PATH", *paths, "scenarios, or folders of scenarios")->required();
  return {verb, [paths](const Engine&, Console& console) { return lint_all(*paths, console); }};
}

}  // namespace onhook::cli
