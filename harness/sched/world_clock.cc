// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/sched/world_clock.h"

namespace onhook {
namespace {

constexpr std::size_t kUsualMoments = 32;

}  // namespace

WorldClock::WorldClock() {
  // Before the snapshot: what grows after it grows in every execution.
  moments_.reserve(kUsualMoments);
}

TimeNs WorldClock::read() {
  if (zone_.read()) cuts_ |= kClockRead;
  return now();
}

ClockMark WorldClock::mark() const {
  return {now(), zone_.earliest_now() != zone_.latest_now(), time_steps_};
}

TimeNs WorldClock::since(const ClockMark& mark) {
  if (mark.time_steps == time_steps_) return 0;
  if (mark.open) cuts_ |= kClockRead;
  return read() - mark.at;
}

TimeZone::Slot WorldClock::arm(const Timer& timer) {
  if (!timer.armed()) return TimeZone::kNone;
  if (!timer.absolute) return zone_.arm(timer.earliest, timer.latest);
  if (zone_.undecided(timer.earliest)) read();
  return zone_.arm_at(timer.earliest);
}

void WorldClock::end_wait(TimeZone::Slot timer, Wake wake, std::uint32_t step, TimeNs until) {
  if (wake == Wake::ready) return zone_.disarm(timer);
  if (wake == Wake::timeout) return zone_.fire_now(timer);
  if (!moments_.empty()) moments_.back().kept = zone_.keep_now();
  if (!zone_.fire_next(timer, until)) cuts_ |= kSettled;
  ++time_steps_;
  if (!moments_.empty() || zone_.is_open()) moments_.push_back({step});
}

void WorldClock::time_the_moments() {
  for (StepTime& moment : moments_) {
    moment.time = moment.kept == TimeZone::kNone ? now() : zone_.earliest_of(moment.kept);
  }
}

void WorldClock::fix() {
  zone_.read();
  time_the_moments();
  for (const StepTime& moment : moments_) {
    if (moment.kept != TimeZone::kNone) zone_.disarm(moment.kept);
  }
  cuts_ = 0;
}

}  // namespace onhook
