// SPDX-License-Identifier: GPL-3.0-or-later
// Clocks and sleeps. Reading a clock is no scheduling point: time only passes between steps.
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "harness/host/virtual_clock.h"
#include "harness/interpose/real.h"

using namespace onhook;

namespace {

TimeNs wall_now() { return kWallClockOrigin + current_scheduler()->clock().read(); }

void sleep_until(const Timer& timer) {
  Operation op;
  op.kind = OpKind::sleep;
  op.timer = timer;
  current_scheduler()->perform(op);
}

}  // namespace

ONHOOK_EXPORT int clock_gettime(clockid_t clock, timespec* result) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(clock_gettime)(clock, result);
  *result = to_timespec(clock_origin(clock) + current_scheduler()->clock().read());
  return 0;
}

ONHOOK_EXPORT int clock_getres(clockid_t clock, timespec* result) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(clock_getres)(clock, result);
  if (result != nullptr) *result = {0, 1};
  return 0;
}

ONHOOK_EXPORT int gettimeofday(timeval* result, void* zone) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(gettimeofday)(result, zone);
  const timespec t = to_timespec(wall_now());
  *result = {t.tv_sec, t.tv_nsec / 1000};
  return 0;
}

ONHOOK_EXPORT time_t time(time_t* result) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(time)(result);
  const time_t seconds = to_timespec(wall_now()).tv_sec;
  if (result != nullptr) *result = seconds;
  return seconds;
}

ONHOOK_EXPORT clock_t clock() {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(clock)();
  return static_cast<clock_t>(current_scheduler()->clock().read() / 1000);
}

ONHOOK_EXPORT int nanosleep(const timespec* wanted, timespec* left) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(nanosleep)(wanted, left);
  sleep_until(timer_after(to_ns(*wanted)));
  if (left != nullptr) *left = {0, 0};
  return 0;
}

ONHOOK_EXPORT int clock_nanosleep(clockid_t clock, int flags, const timespec* wanted,
                                  timespec* left) {
  if (current_scheduler() == nullptr) {
    return ONHOOK_REAL(clock_nanosleep)(clock, flags, wanted, left);
  }
  if ((flags & TIMER_ABSTIME) != 0) {
    sleep_until(timer_until(clock, *wanted));
  } else {
    sleep_until(timer_after(to_ns(*wanted)));
  }
  return 0;
}

ONHOOK_EXPORT int usleep(useconds_t us) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(usleep)(us);
  sleep_until(timer_after(static_cast<TimeNs>(us) * 1000));
  return 0;
}

ONHOOK_EXPORT unsigned sleep(unsigned seconds) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(sleep)(seconds);
  sleep_until(timer_after(static_cast<TimeNs>(seconds) * 1'000'000'000));
  return 0;
}
