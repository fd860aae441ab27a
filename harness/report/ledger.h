// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger (ci/expectations.json): which scenario is expected to hold or to be violated on which
// plugin. A surprise is red in both directions: a failure where none is expected, and a pass where
// a known bug should have shown, because then either the bug or the test is gone.
//
//   {"expectations": [
//     {"scenario": "hangup/client_keeps_pc.scn", "target": "stable+hangup_guard",
//      "verdict": "violated", "law": "PC-CLOSE", "reason": "janus#3430 put back"}
//   ]}
//
// "law" is allowed with "violated" only; all else is required. A target may be an alias, with
// "+variant" behind it. A scenario names the file that ends in these path components.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/report/terminal.h"
#include "harness/report/verdict.h"

namespace onhook {

enum class Expected { holds, violated };

struct Expectation {
  std::string scenario;
  std::string target;
  Expected verdict = Expected::holds;
  std::string law;  ///< "" any
  std::string reason;
  int line = 0;
};

struct Ledger {
  std::string file;
  std::vector<Expectation> expectations;
};

/// Alias -> name of a target: {"stable", "v1.4.1"}.
using TargetAliases = std::map<std::string, std::string, std::less<>>;

/// The target's own name, its "+variant" kept.
std::string without_alias(std::string_view target, const TargetAliases& aliases);

/// Whether the file at `path` ends in the path components of `pattern`.
bool names_scenario(std::string_view pattern, std::string_view path);

/// Refuses JSON that is none, keys and verdicts it does not know, an expectation said twice.
std::variant<Ledger, Diagnostic> parse_ledger(std::string_view text, std::string_view file);
std::variant<Ledger, Diagnostic> read_ledger(const std::string& path);

enum class Comparison {
  as_expected,
  unexpected_failure,  ///< expected to hold and did not, or expected a violation and got no verdict
  unexpected_pass,     ///< expected to be violated, and holds
  wrong_law,           ///< violated as expected, but not the expected law
  missing,             ///< expected, but there is no result
  unlisted             ///< a result of which the ledger says nothing
};

struct LedgerRow {
  Comparison comparison = Comparison::missing;
  std::string scenario;
  std::string target;
  std::string text;  ///< what was expected and what came, one line
};

/// `expected`: those of the ledger that this campaign was to answer (all, or the ones under the
/// paths given). Rows in the order of the results, missing ones behind.
std::vector<LedgerRow> compare(const std::vector<Expectation>& expected,
                               const std::vector<RunResult>& results, const TargetAliases& aliases);

bool all_as_expected(const std::vector<LedgerRow>& rows);

/// The rows that are not as expected, and a last line that counts them all.
std::string ledger_report(const std::vector<LedgerRow>& rows, const Style& style);

}  // namespace onhook
