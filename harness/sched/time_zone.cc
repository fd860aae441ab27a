// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/sched/time_zone.h"

#include <algorithm>

namespace onhook {
namespace {
constexpr std::size_t kUsualTimers = 24;
constexpr std::size_t kNow = 0;
constexpr std::size_t kHorizonRow = 1;
}  // namespace

TimeZone::TimeZone() {
  reserve(kUsualTimers);
  row_of_.reserve(kUsualTimers);
  slot_of_.reserve(kUsualTimers);
  past_.reserve(kUsualTimers);
  free_.reserve(kUsualTimers);
  row_of_ = {0, 1};
  slot_of_ = {0, 1};
  past_ = {0, 0};
  used_ = 2;
  cell(kHorizonRow, kNow) = kHorizon;
  cell(kNow, kHorizonRow) = -kHorizon;
}

void TimeZone::reserve(std::size_t rows) {
  if (rows <= stride_) return;
  const std::size_t stride = std::max(rows, 2 * stride_);
  std::vector<TimeNs> bounds(stride * stride, 0);
  for (std::size_t a = 0; a < used_; ++a) {
    for (std::size_t b = 0; b < used_; ++b) bounds[a * stride + b] = cell(a, b);
  }
  bounds_ = std::move(bounds);
  stride_ = stride;
}

TimeZone::Slot TimeZone::take() {
  reserve(used_ + 1);
  Slot slot = 0;
  if (free_.empty()) {
    slot = static_cast<Slot>(row_of_.size());
    row_of_.push_back(0);
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  row_of_[slot] = static_cast<std::uint32_t>(used_);
  slot_of_.resize(used_);
  slot_of_.push_back(slot);
  past_.resize(used_);
  past_.push_back(0);
  cell(used_, used_) = 0;
  ++used_;
  return slot;
}

TimeZone::Slot TimeZone::arm(TimeNs earliest, TimeNs latest) {
  earliest = std::min(earliest, kUnbounded);
  latest = std::min(latest, kUnbounded);
  const Slot slot = take();
  const std::size_t row = row_of_[slot];
  for (std::size_t other = 0; other < row; ++other) {
    cell(row, other) = std::min(kUnbounded, latest + cell(kNow, other));
    cell(other, row) = std::min(kUnbounded, cell(other, kNow) - earliest);
  }
  return slot;
}

TimeZone::Slot TimeZone::arm_at(TimeNs absolute) {
  if (absolute >= kHorizon) return arm(kUnbounded, kUnbounded);
  if (absolute <= earliest_now()) return arm(0, 0);
  const TimeNs before_horizon = kHorizon - absolute;
  const Slot slot = take();
  const std::size_t row = row_of_[slot];
  for (std::size_t other = 0; other < row; ++other) {
    cell(row, other) = std::min(kUnbounded, cell(kHorizonRow, other) - before_horizon);
    cell(other, row) = std::min(kUnbounded, cell(other, kHorizonRow) + before_horizon);
  }
  return slot;
}

TimeZone::Slot TimeZone::keep_now() {
  const Slot slot = arm(0, 0);
  past_[row_of_[slot]] = 1;
  ++kept_;
  return slot;
}

void TimeZone::disarm(Slot slot) {
  // The bounds of the others are the tightest without it already. The last row moves here.
  const std::size_t row = row_of_[slot];
  const std::size_t last = used_ - 1;
  if (past_[row] != 0) --kept_;
  if (row != last) {
    for (std::size_t other = 0; other < used_; ++other) {
      cell(row, other) = cell(last, other);
      cell(other, row) = cell(other, last);
    }
    cell(row, row) = 0;
    slot_of_[row] = slot_of_[last];
    past_[row] = past_[last];
    row_of_[slot_of_[row]] = static_cast<std::uint32_t>(row);
  }
  --used_;
  free_.push_back(slot);
}

void TimeZone::constrain(std::size_t a, std::size_t b, TimeNs bound) {
  if (cell(a, b) <= bound) return;
  cell(a, b) = bound;
  for (std::size_t i = 0; i < used_; ++i) {
    const TimeNs to_a = cell(i, a);
    if (to_a >= kUnbounded) continue;
    const TimeNs through = to_a + bound;
    for (std::size_t j = 0; j < used_; ++j) {
      cell(i, j) = std::min(cell(i, j), std::min(kUnbounded, through + cell(b, j)));
    }
  }
}

void TimeZone::fire_now(Slot slot) {
  constrain(row_of_[slot], kNow, 0);
  disarm(slot);
}

bool TimeZone::may_fire_next(Slot slot) const {
  // Each new bound begins at this timer, so a contradiction needs only one of them.
  const std::size_t row = row_of_[slot];
  for (std::size_t other = 2; other < used_; ++other) {
    if (is_timer(other) && bounds_[other * stride_ + row] < 0) return false;
  }
  return true;
}

bool TimeZone::may_wait() const {
  for (std::size_t row = 2; row < used_; ++row) {
    if (is_timer(row) && bounds_[row * stride_] <= 0) return false;
  }
  return true;
}

bool TimeZone::fire_next(Slot slot, TimeNs limit) {
  const std::size_t row = row_of_[slot];
  for (std::size_t other = 2; other < used_; ++other) {
    if (other != row && is_timer(other)) constrain(row, other, 0);
  }
  const bool cut = limit < kHorizon && cell(row, kHorizonRow) > limit - kHorizon;
  if (cut) constrain(row, kHorizonRow, limit - kHorizon);
  // This is the new now: what was said of it is said of now.
  for (std::size_t other = 0; other < used_; ++other) {
    cell(kNow, other) = cell(row, other);
    cell(other, kNow) = cell(other, row);
  }
  cell(kNow, kNow) = 0;
  disarm(slot);
  return !cut;
}

bool TimeZone::read() {
  const TimeNs latest = cell(kHorizonRow, kNow);
  if (-cell(kNow, kHorizonRow) == latest) return false;
  constrain(kNow, kHorizonRow, -latest);
  return true;
}

}  // namespace onhook
