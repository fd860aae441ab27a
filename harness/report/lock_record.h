// SPDX-License-Identifier: GPL-3.0-or-later
// Who took which lock while holding which, in all executions of an exploration together, and the
// circles that only several executions show: each thread holds what the one before it wants, but
// none of the executions that were tried shows all of it (Havelund: "Using runtime analysis to
// guide model checking of Java programs", SPIN 2000). The judge of locks sees those of one
// execution.
//
// Kept by names and numbers that another process of the same exploration finds, too: the record
// goes through resumed explorations, processes that share a cell, and the results of `--shard`.
//
// A circle is none
// - if two of its edges are one thread's, or share a gate: a lock that both threads held;
// - if two of its edges were seen in one execution, and there always one before the other;
// - if, wherever one edge was seen, the other's thread had ended before or began after it;
// - if the search is complete: threads that can wait for each other do so in one of its executions.
//
// What is over-approximated: edges that never meet because of what the program remembers (a flag
// that lets only one of the two through) are reported; so may be two locks of the heap that had one
// address one after the other, in different executions. What is left out: an edge that was only
// seen before a thread began, and could also come later, is told once it has been seen there; of
// circles of more than four threads nothing is told.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/report/suppressions.h"
#include "harness/report/verdict.h"

namespace onhook {

/// Adds to the result of a whole cell the inversions that its record shows and that no violation
/// has told of yet, if the search is not complete. What the suppressions fit is left out, and
/// counted in result.suppressed. The two (or more) schedules of each, which replay one edge each,
/// are written beside the cell's other ones, or into `folder` if that is not ""; the folders are
/// made. The error, when one cannot be written. Nothing of a result with a fault. A part has
/// nothing of its own: another one may show that two edges exclude each other.
std::optional<Diagnostic> add_inversions_across(RunResult& result,
                                                const std::vector<Suppression>& suppressions,
                                                const std::string& folder = "");

/// What add_inversions_across() would add, without schedules and whether the search is complete or
/// not; each with the edge of the record that deeds 2n and 2n+1 are.
struct InversionAcross {
  Violation violation;
  std::vector<std::size_t> edges;
};
std::vector<InversionAcross> inversions_across(const LockRecord& record);

/// Adds what another part of the exploration saw.
void merge(LockRecord& into, const LockRecord& more);

/// Of one edge, for people and for Schedule::shows: "[pay] accounts, then log_file".
std::string shown_by(const std::string& thread, const std::string& held, const std::string& wanted);

}  // namespace onhook
