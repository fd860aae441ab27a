// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/judging.h"

#include <fmt/format.h>

#include "harness/race/judges.h"

namespace onhook::cli {

void add_judges_option(CLI::App& verb, std::string& judges) {
  std::string help = "who watches for what no law of the scenario names: all, none";
  for (const JudgeKind& kind : judge_kinds()) help += fmt::format(", {} ({})", kind.name, kind.doc);
  help += "; several with commas between";
  verb.add_option("--judges", judges, help)->capture_default_str();
}

int check_judges(const std::string& judges, Console& console) {
  const std::string unknown = unknown_judge(judges);
  if (unknown.empty()) return 0;
  std::string known = "all, none";
  for (const JudgeKind& kind : judge_kinds()) known += fmt::format(", {}", kind.name);
  return usage_error(console, fmt::format("there is no judge '{}'", unknown),
                     fmt::format("the judges are {}", known));
}

}  // namespace onhook::cli
