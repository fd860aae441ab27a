// SPDX-License-Identifier: GPL-3.0-or-later
// One execution under the runtime of AddressSanitizer, compared, in a process of its own.
#pragma once

#include <string>
#include <vector>

#include "harness/asan/named_error.h"
#include "harness/explore/watched_play.h"

namespace onhook {

struct PlayResult {
  std::vector<NamedError> errors;
  std::string fault;  ///< "" or why that was no execution of this schedule
};

/// What the runtime prints goes to standard error, or nowhere.
enum class RuntimeText : std::uint8_t { hidden, shown };

PlayResult play_compared(const PlayRequest& request, RuntimeText text);

/// "" or why schedules like this one cannot be played under AddressSanitizer.
std::string refusal_of(const Schedule& schedule);

/// "" or how this execution is not the schedule's. Its facts may differ: fields that the scenario
/// watches are looked at where accesses are calls, and those are not the same here. A judge may end
/// it early.
std::string difference_from(const Schedule& schedule, const ReplayPlan& plan,
                            const Outcome& outcome);

}  // namespace onhook
