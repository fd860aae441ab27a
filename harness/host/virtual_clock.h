// SPDX-License-Identifier: GPL-3.0-or-later
// What the world's clocks show. All of them run at the speed of virtual time; only their origins
// differ, and those are the same in every run.
#pragma once

#include <time.h>

#include <algorithm>

#include "harness/sched/scheduler.h"

namespace onhook {

/// The wall clock when the world begins: 2023-11-14 22:13:20 UTC.
inline constexpr TimeNs kWallClockOrigin = 1'700'000'000LL * 1'000'000'000LL;
/// A machine that has been up for a while: code that subtracts from "now" stays above 0.
inline constexpr TimeNs kUptimeOrigin = 100'000LL * 1'000'000'000LL;

inline TimeNs clock_origin(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI
             ? kWallClockOrigin
             : kUptimeOrigin;
}

inline TimeNs to_ns(const timespec& t) { return t.tv_sec * 1'000'000'000LL + t.tv_nsec; }

inline timespec to_timespec(TimeNs ns) {
  return {static_cast<time_t>(ns / 1'000'000'000LL), static_cast<long>(ns % 1'000'000'000LL)};
}

/// The timer that ends a wait at the absolute time `deadline` of `clock`; at once if it has passed.
inline Timer timer_until(clockid_t clock, const timespec& deadline) {
  const TimeNs at = std::max<TimeNs>(0, to_ns(deadline) - clock_origin(clock));
  return {at, at, true};
}

inline Timer timer_after(TimeNs ns) {
  ns = std::max<TimeNs>(0, ns);
  return {ns, ns};
}

}  // namespace onhook
