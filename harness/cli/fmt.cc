// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "harness/base/text_file.h"
#include "harness/cli/command.h"
#include "harness/cli/scenario_files.h"
#include "harness/report/json.h"
#include "harness/scenario/format.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Lays scenarios out in one way, in place. Words, comments and recorded schedules stay "
    "valid.\n\n"
    "Exit code 0: done. With --check nothing is written, and 1 says that something would be.\n\n"
    "  onhook fmt scenarios\n"
    "  onhook fmt --check scenarios";

struct FmtOptions {
  std::vector<std::string> paths;
  bool check = false;
};

int format_all(const FmtOptions& options, Console& console) {
  const auto found = scenario_files(options.paths);
  if (const auto* error = std::get_if<Diagnostic>(&found)) {
    console.err << to_text(*error);
    return kUsageError;
  }
  int code = 0;
  for (const std::string& path : std::get<std::vector<std::string>>(found)) {
    const auto read = read_text_file(path);
    if (const auto* unreadable = std::get_if<Diagnostic>(&read)) {
      console.err << to_text(*unreadable);
      return kUsageError;
    }
    const auto& text = std::get<std::string>(read);
    const std::string formatted = format_scenario(text);
    if (formatted == text) continue;
    console.out << path << '\n';
    if (options.check) {
      code = 1;
    } else if (const auto error = write_text_file(formatted, path)) {
      console.err << to_text(*error);
      return kUsageError;
    }
  }
  return code;
}

}  // namespace

Verb add_fmt(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("fmt", kHelp);
  auto options = std::make_shared<FmtOptions>();
  verb->add_option("PATH", options->paths, "scenarios, or folders of scenarios")->required();
  verb->add_flag("--check", options->check, "only say which files would change");
  return {verb,
          [options](const Engine&, Console& console) { return format_all(*options, console); }};
}

}  // namespace onhook::cli
