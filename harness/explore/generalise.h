// SPDX-License-Identifier: GPL-3.0-or-later
// Makes an order of events out of one failing schedule: the fewest constraints "A before B" over
// functions, fields, locks and operations under which every execution that is tried breaks the same
// law. Unlike a schedule, they mean something on another revision.
//
// A guess is refuted and improved: from samples of executions that pass and that fail, the smallest
// set of constraints that no passing sample obeys; then executions under these constraints; one
// that passes is a new sample, and so on. (Solar-Lezama et al.: "Combinatorial sketching for finite
// programs", ASPLOS 2006, calls this counterexample-guided.)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/trace/schedule.h"

namespace onhook {

struct GeneraliseRequest {
  Schedule schedule;
  std::uint64_t samples = 600;              ///< executions to learn from
  std::uint64_t random_executions = 1'000;  ///< random ones under the final constraints
  std::uint64_t search_executions = 2'000;  ///< depth-first ones
  std::size_t max_constraints = 3;
};

struct Generalised {
  std::string scenario;                  ///< the text of the .scn; "" when there is none
  std::vector<std::string> constraints;  ///< "relay leaves f before sofia reads media.has_audio"
  std::string law;                       ///< that all executions tried under them break
  std::uint64_t random_executions = 0;   ///< tried under them that reached all events
  std::uint64_t search_executions = 0;
  bool complete = false;  ///< the depth-first search ended without a bound
  std::uint64_t samples = 0;
  std::string fault;    ///< "" or why nothing could be run
  std::string failure;  ///< "" or why no constraints were found
  /// A program's scenario names its C file from its own folder, so it has to lie in this one.
  bool needs_folder = false;
  std::string folder;
};

/// In this process. The target is the schedule's.
Generalised generalise(const GeneraliseRequest& request);

}  // namespace onhook
