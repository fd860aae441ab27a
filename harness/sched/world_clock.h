// SPDX-License-Identifier: GPL-3.0-or-later
// What time it is in a world, and what is not decided about it yet.
//
// Steps take no virtual time. Which latency it was of those that a window allows is left open as
// long as nobody reads the clock (TimeZone): then it is the earliest, and what else it could have
// been is cut off. What happened while latencies were open gets its time when the execution is
// over. The scheduler asks which timers may go off and tells which did; code of the world reads.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/sched/cuts.h"
#include "harness/sched/time_zone.h"

namespace onhook {

/// A moment from which time is measured.
struct ClockMark {
  TimeNs at = 0;
  bool open = false;  ///< which moment it was depends on latencies still open
  std::uint32_t time_steps = 0;
};

/// Steps that happen at one time: those from `first_step` to the next moment's.
struct StepTime {
  std::uint32_t first_step = 0;
  TimeZone::Slot kept = TimeZone::kNone;
  TimeNs time = 0;
};

class WorldClock {
 public:
  WorldClock();

  /// All the times that are possible, to be asked.
  const TimeZone& zone() const { return zone_; }
  /// The earliest that it can be.
  TimeNs now() const { return zone_.earliest_now(); }

  // For code of the world -----------------------------------------------------------------------

  /// It looks at the clock: it is now() from here on.
  TimeNs read();
  /// Measures without looking at the clock, as long as no time passes.
  ClockMark mark() const;
  TimeNs since(const ClockMark& mark);

  // For the scheduler ---------------------------------------------------------------------------

  /// kNone for a timer that is not armed.
  TimeZone::Slot arm(const Timer& timer);
  void disarm(TimeZone::Slot timer) { zone_.disarm(timer); }
  /// What an operation waited for has come with step `step`: something else, or (Wake::timeout,
  /// Wake::late) its time, which is not after `until`.
  void end_wait(TimeZone::Slot timer, Wake wake, std::uint32_t step, TimeNs until);
  /// The execution is over: its moments get their times.
  void time_the_moments();

  // For the harness -----------------------------------------------------------------------------

  /// When the execution is over: when its steps happened, where what was known then was less than
  /// what is known now. Empty where nothing has changed.
  const std::vector<StepTime>& moments() const { return moments_; }
  /// What was left out of this execution and of all that go on like it.
  Cuts cuts() const { return cuts_; }
  /// The set-up is over: what time it is is decided.
  void fix();
  /// What came before is known.
  void forget_moments() { moments_.clear(); }

 private:
  TimeZone zone_;
  std::uint32_t time_steps_ = 0;   ///< how often time has passed
  std::vector<StepTime> moments_;  ///< since the clock's time was first open
  Cuts cuts_ = 0;
};

}  // namespace onhook
