// SPDX-License-Identifier: GPL-3.0-or-later
// onhook-asan --compare: the errors of AddressSanitizer beside those of our judge of memory.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "harness/asan/play.h"
#include "harness/report/explained_differences.h"

namespace onhook {

struct ComparedPlays {
  PlayRequest request;
  RuntimeText text = RuntimeText::hidden;
  std::uint64_t executions = 1;  ///< of a sample, each a process
  std::vector<ExplainedDifference> known;
};

enum class Compared : std::uint8_t {
  alike,      ///< but for differences that are explained
  different,  ///< somebody has to explain one
  not_played  ///< a fault, which `err` names
};

/// Prints each error once, and at last their numbers: "2 both, 0 only ASan, 1 only ours".
Compared compare(const ComparedPlays& comparison, std::ostream& out, std::ostream& err);

}  // namespace onhook
