// SPDX-License-Identifier: GPL-3.0-or-later
// Playing a schedule a number of times, each in a process of its own, and judging whether it came
// out the same. Shared by `onhook replay` and `onhook show`.
#pragma once

#include <string>
#include <vector>

#include "harness/cli/command.h"
#include "harness/trace/schedule.h"

namespace onhook::cli {

struct Replays {
  std::vector<ReplayResult> runs;  ///< one each time; fewer when interrupted
  bool interrupted = false;

  /// "" or what is wrong: a fault, a divergence, a trace that differs from the schedule's or
  /// between two runs, a law other than the schedule's.
  std::string complaint(const Schedule& schedule) const;
};

Replays replay_times(const Schedule& schedule, int times, const Engine& engine, Console& console);

/// Once, with an explanation of the violation.
Replays replay_explained(const Schedule& schedule, const Engine& engine, Console& console);

/// The first run as a report: heading, ladder, law and replay line.
std::string report_of(const ReplayResult& run, const Schedule& schedule, const std::string& path,
                      const Style& style, bool everything);

}  // namespace onhook::cli
