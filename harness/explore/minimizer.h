// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a failing schedule easier to read: the fewest preemptions and choices that still break the
// same law. It stops where it is locally minimal: with any one of them undone, and everything else
// left as it is, the law no longer breaks.
//
// Removing chunks first is Zeller and Hildebrandt's delta debugging ("Simplifying and isolating
// failure-inducing input", TSE 2002); what is removed here are deviations (strategy/deviations.h).
#pragma once

#include <vector>

#include "harness/explore/execution.h"
#include "harness/strategy/deviations.h"

namespace onhook {

struct Minimised {
  Outcome outcome;                    ///< of a real execution; the world holds its trace
  std::vector<Deviation> deviations;  ///< what the schedule does that is not the default
  std::uint64_t executions = 0;
  bool locally_minimal = false;  ///< false: the budget ended first
};

/// At most `max_executions`, and one to leave the result's trace in the world. When even the
/// failing schedule does not repeat, the result is what its replay gave.
Minimised minimise_schedule(Executor& executor, const Outcome& failing,
                            std::uint64_t max_executions);

/// The outcome of the above alone.
Outcome minimise(Executor& executor, const Outcome& failing, std::uint64_t max_executions);

/// One execution with these deviations and no others.
Outcome run_deviations(Executor& executor, const std::vector<Deviation>& deviations);

}  // namespace onhook
