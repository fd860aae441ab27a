// SPDX-License-Identifier: GPL-3.0-or-later
// Why does this execution break its law? Two answers, both found by running variations of it:
//
// The critical step: the first after which no continuation that was tried obeys the laws, while
// some continuation from right before it does. The order of events that the scenario forced is
// lifted for continuations, or nothing would be left to vary.
//
// The critical pair: two steps of different threads on one object, not both reads and with nothing
// between them that conflicts, such that holding the first back until the second has happened makes
// the execution pass. Plain memory accesses count as steps here.
//
// It claims what it tried and no more; "every" only where depth-first search ended.
#pragma once

#include <cstdint>

#include "harness/explore/execution.h"
#include "harness/host/code_map.h"
#include "harness/report/explanation.h"

namespace onhook {

struct ExplainBudget {
  std::uint64_t probe = 60;           ///< random continuations from a prefix while searching
  std::uint64_t probe_search = 60;    ///< depth-first ones
  std::uint64_t last_random = 400;    ///< random continuations after the critical step
  std::uint64_t last_search = 1'000;  ///< depth-first ones
  std::uint64_t pairs = 150;          ///< swaps tried
  std::size_t accesses = 2'000'000;   ///< plain accesses looked at
};

/// `failing` is an execution of `executor` under the order and the access points set there, which
/// are as before afterwards. The world is left with some other trace.
Explanation explain_violation(Executor& executor, const CodeMap& map, const Outcome& failing,
                              const ExplainBudget& budget = {});

}  // namespace onhook
