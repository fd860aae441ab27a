// SPDX-License-Identifier: GPL-3.0-or-later
// All the times at which the armed timers may still go off, together: a zone, kept as a matrix of
// differences (Dill, "Timing assumptions and verification of finite-state concurrent systems",
// CAV 1989; the rule for what may come next is that of Berthomieu and Diaz, "Modeling and
// verification of time dependent systems using time Petri nets", IEEE TSE 17(3), 1991, section 3).
//
// A latency window is a set of values, and which of them it was is never decided before it has to
// be: a timer may be next if some assignment of times to everything so far and to all timers lets
// it be. So every order of timed events that the windows admit can be explored, and none that they
// exclude. What code reads off the clock decides it: read() fixes the earliest time possible.
//
// Times are relative to now. Variable 0 is now itself, variable 1 the horizon: a fixed point of
// absolute time that never goes off, from which now can be read back.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/base/ids.h"
#include "harness/sched/operation.h"

namespace onhook {

class TimeZone {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot kNone = 0;

  TimeZone();

  /// A timer that goes off in [earliest, latest] after now; earliest <= latest, both >= 0.
  Slot arm(TimeNs earliest, TimeNs latest);
  /// A timer that goes off at this absolute time, or now if that is past; undecided() is false.
  Slot arm_at(TimeNs absolute);
  /// Whether that time is past depends on latencies that are still open.
  bool undecided(TimeNs absolute) const {
    return earliest_now() < absolute && absolute < latest_now();
  }
  void disarm(Slot slot);

  /// May it go off without time passing?
  bool may_fire_now(Slot slot) const { return at(0, slot) >= 0; }
  /// It goes off now. The slot is free afterwards, as after the other fire.
  void fire_now(Slot slot);
  /// May it go off before, or together with, every other timer, time passing as needed?
  bool may_fire_next(Slot slot) const;
  /// May any time pass before the first timer has to go off?
  bool may_wait() const;
  /// The earliest absolute time at which it may go off.
  TimeNs earliest_of(Slot slot) const { return kHorizon - at(kHorizonSlot, slot); }
  /// It goes off before every other timer and not after `limit`, which must not be before
  /// earliest_of(). False if the limit took times away at which it might have.
  bool fire_next(Slot slot, TimeNs limit = kForever);

  /// The earliest and the latest that it can be now, in absolute time.
  TimeNs earliest_now() const { return kHorizon - at(kHorizonSlot, 0); }
  TimeNs latest_now() const { return kHorizon + at(0, kHorizonSlot); }
  bool is_open() const { return earliest_now() != latest_now(); }
  /// Remembers this moment, so that earliest_of() it can be asked for when more is known. The
  /// earliest times of all moments and of now are possible together.
  Slot keep_now();
  /// Somebody looks at the clock: it is earliest_now() from here on. False if it was that anyway.
  bool read();

  std::size_t armed() const { return used_ - 2 - kept_; }

 private:
  static constexpr Slot kHorizonSlot = 1;
  static constexpr TimeNs kHorizon = TimeNs{1} << 60;  // 36 years
  static constexpr TimeNs kUnbounded = TimeNs{1} << 61;

  // An upper bound of (time of a) - (time of b). Always the tightest (the matrix is closed).
  TimeNs& at(Slot a, Slot b) { return bounds_[row_of_[a] * stride_ + row_of_[b]]; }
  TimeNs at(Slot a, Slot b) const { return bounds_[row_of_[a] * stride_ + row_of_[b]]; }
  TimeNs& cell(std::size_t row, std::size_t column) { return bounds_[row * stride_ + column]; }
  Slot take();
  bool is_timer(std::size_t row) const { return row >= 2 && !past_[row]; }
  void reserve(std::size_t rows);
  /// Adds "a - b <= bound" and closes the matrix again.
  void constrain(std::size_t a, std::size_t b, TimeNs bound);

  std::vector<TimeNs> bounds_;
  std::size_t stride_ = 0;
  std::size_t used_ = 0;               ///< rows, now and the horizon included
  std::vector<std::uint32_t> row_of_;  ///< by slot
  std::vector<Slot> slot_of_;          ///< by row
  std::vector<char> past_;             ///< by row: a moment that was kept
  std::size_t kept_ = 0;
  std::vector<Slot> free_;
};

}  // namespace onhook
