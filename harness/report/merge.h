// SPDX-License-Identifier: GPL-3.0-or-later
// Puts the results of an exploration's parts together to the result of the whole: for the parts of
// one cell that ran at once in a campaign, and for those of `onhook run --shard` that come from
// files.
#pragma once

#include <string>
#include <vector>

#include "harness/report/verdict.h"

namespace onhook {

/// The parts of one cell. Executions add up; an order holds, or is violated, if it does in some
/// part, and is infeasible only if it is in all; each law's violation is that of the earliest order
/// and, in it, of the first part; complete if all parts are there and are; the time is that of the
/// part that took longest. A part that is missing is a fault of the whole, by name.
RunResult merge_parts(std::vector<RunResult> parts);

struct Merged {
  std::vector<RunResult> results;  ///< one a cell, in the order in which cells first appear
  std::string error;               ///< "" or why these are not parts of one exploration each
};

/// The parts of many cells. A part given twice, and parts that were cut differently, searched
/// differently or saw another scenario or plugin, are an error.
Merged merge_results(const std::vector<RunResult>& parts);

}  // namespace onhook
