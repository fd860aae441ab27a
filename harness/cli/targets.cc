// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/command.h"
#include "harness/report/text.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Lists the plugins that can be tested, with their aliases. Add +VARIANT to a name for a "
    "plugin\n"
    "with a change put on it.\n\n"
    "  onhook targets";

int list_targets(const Engine& engine, Console& console) {
  const std::vector<TargetInfo> targets = engine.targets();
  if (targets.empty()) {
    console.err << "onhook: there are no targets\n";
    return kUsageError;
  }
  std::size_t name_width = 6, alias_width = 7, revision_width = 8;
  for (const TargetInfo& t : targets) {
    name_width = std::max(name_width, width_of(t.name));
    alias_width = std::max(alias_width, width_of(joined(t.aliases)));
    revision_width = std::max(revision_width, width_of(t.revision));
  }
  const auto put = [&](const std::string& name, const std::string& aliases,
                       const std::string& revision, const std::string& state) {
    std::string line = padded(name, name_width) + "  " + padded(aliases, alias_width) + "  " +
                       padded(revision, revision_width) + "  " + state;
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  };
  console.out << painted(console.style, Paint::bold, put("target", "aliases", "revision", "state"))
              << '\n';
  for (const TargetInfo& t : targets) {
    console.out << put(one_line(t.name), joined(t.aliases), one_line(t.revision), one_line(t.state))
                << '\n';
  }
  return 0;
}

}  // namespace

Verb add_targets(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("targets", kHelp);
  return {verb,
          [](const Engine& engine, Console& console) { return list_targets(engine, console); }};
}

}  // namespace onhook::cli
