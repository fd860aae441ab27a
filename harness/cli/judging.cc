// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/judging.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/race/judges.h"

namespace onhook::cli {

void add_judging_options(CLI::App& verb, JudgingOptions& options) {
  std::string help =
      "who watches for what no law of the scenario names: all, none, default (all for a "
      "C program, none for the plugin)";
  for (const JudgeKind& kind : judge_kinds()) help += fmt::format(", {} ({})", kind.name, kind.doc);
  help += "; several with commas between";
  verb.add_option("--judges", options.judges, help)->capture_default_str();
  verb.add_option("--suppressions", options.suppressions,
                  "findings of judges that are known and not to be told again, a file like "
                  "ci/suppressions.json; those that fit nothing are named");
}

int read_judging(const JudgingOptions& options, CellRequest& cell, Console& console) {
  const std::string unknown = unknown_judge(options.judges);
  if (!unknown.empty()) {
    std::string known = "default, all, none";
    for (const JudgeKind& kind : judge_kinds()) known += fmt::format(", {}", kind.name);
    return usage_error(console, fmt::format("there is no judge '{}'", unknown),
                       fmt::format("the judges are {}", known));
  }
  cell.judges = options.judges;
  if (options.suppressions.empty()) return 0;
  auto read = read_suppressions(options.suppressions);
  if (const auto* error = std::get_if<Diagnostic>(&read)) {
    console.err << to_text(*error);
    return kUsageError;
  }
  cell.suppressions = std::move(std::get<std::vector<Suppression>>(read));
  return 0;
}

std::string unused_suppressions(const CellRequest& cell, const std::vector<RunResult>& results) {
  std::vector<std::uint64_t> used(cell.suppressions.size());
  for (const RunResult& result : results) {
    for (std::size_t i = 0; i < std::min(used.size(), result.suppressed.size()); ++i) {
      used[i] += result.suppressed[i];
    }
  }
  return unused_report(cell.suppressions, used);
}

}  // namespace onhook::cli
