// SPDX-License-Identifier: GPL-3.0-or-later
// Are the fakes like the real stack? What was seen of one execution of the real stack must be what
// the simulation shows from outside (outside_view.h) in some execution: for each observer the same
// words, all of the same execution. And what the simulation shows that was never seen for real is
// listed, since the fakes may be looser than they should. Pure.
//
// Where the traces of the real stack come from does not matter: from the real server (scripts/e2e)
// as files of trace_file.h, or from a simulation with less fakes in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/report/outside_view.h"
#include "harness/report/verdict.h"

namespace onhook {

/// Where a real trace leaves all that the simulation shows.
struct Divergence {
  std::size_t fact = 0;  ///< index into the trace: the first fact that is too much, or the last one
  std::string observer;
  std::string saw;                   ///< "" nothing more
  std::vector<std::string> instead;  ///< what the simulation shows there, "" nothing more
};

struct Likeness {
  std::uint64_t executions = 0;          ///< that look just so
  std::optional<Divergence> divergence;  ///< when none does
};

/// One real trace.
Likeness likeness_of(const std::vector<Seen>& real, const std::vector<ViewCount>& simulated);

/// A line each: what executions of the simulation show that no real trace does, and how many of
/// them do. `real`: of all traces.
struct Unseen {
  std::string text;
  std::uint64_t executions = 0;
};
std::vector<Unseen> never_seen(const std::vector<ViewCount>& simulated,
                               const std::vector<OutsideView>& real);

}  // namespace onhook
