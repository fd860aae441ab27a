// SPDX-License-Identifier: GPL-3.0-or-later
// Ways in which the fakes are known to differ from the real stacks, each with its reason: a file
// beside the ledger (ci/known_differences.json).
//
//   {"differences": [
//     {"scenario": "client_keeps_pc", "target": "1.4.1*", "observer": "bob",
//      "real": "gets ACK", "fake": "gets ACK", "reason": "why it is left so"}
//   ]}
//
// Scenario (its name), target and observer may end in '*', which fits all that begin so; left out
// they fit all. "stack", "sofia" (the real library in the simulation) or "server" (the real Janus),
// says whose traces differ; left out, both. Where an observer of the real stack saw "real", it is
// taken for "fake"; without "fake" it is dropped. Without "real", what the fakes show as "fake" is
// dropped: then they are looser than the real stack. "real" and "fake" are words of a view
// (outside_view.h), "real" perhaps with a '*' behind. An entry that was to be used and fits nothing
// is out of date, and said so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/report/outside_view.h"

namespace onhook {

struct KnownDifference {
  std::string scenario = "*";
  std::string target = "*";
  std::string observer = "*";
  std::string stack = "*";
  std::string real;  ///< "" what only the fakes show
  std::string fake;  ///< "" what only the real stack shows
  std::string reason;

  bool is_about(std::string_view of_scenario, std::string_view of_target,
                std::string_view of_stack) const;
  /// "bob: real \"gets ACK\", fake nothing", for people.
  std::string text() const;
};

std::variant<std::vector<KnownDifference>, Diagnostic> parse_known_differences(
    std::string_view text, std::string_view file);
std::variant<std::vector<KnownDifference>, Diagnostic> read_known_differences(
    const std::string& path);

/// The known differences of one scenario on one target and stack, and how often each was of use.
class KnownDifferences {
 public:
  KnownDifferences() = default;
  KnownDifferences(const std::vector<KnownDifference>& all, std::string_view scenario,
                   std::string_view target, std::string_view stack);

  /// What the real stack showed, in the fakes' words.
  std::vector<Seen> real(const std::vector<Seen>& seen);
  /// The same of a view of it.
  OutsideView real(const OutsideView& view);
  /// What the fakes showed, without what only they show.
  OutsideView fake(OutsideView view);
  /// Those that fitted nothing, a line each.
  std::string unused_report() const;

 private:
  /// "" for what the fakes do not show.
  std::string in_words_of_fakes(const std::string& observer, std::string what);

  std::vector<KnownDifference> differences_;
  std::vector<std::uint64_t> used_;
};

}  // namespace onhook
