// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/pct.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace onhook {
namespace {

/// Initial priorities lie above this, those of fallen threads below.
constexpr std::uint64_t kFallen = 1ull << 32;

}  // namespace

Chooser* PctStrategy::next() {
  choices_ = std::max(choices_, at_);
  threads_ = std::max(threads_, static_cast<std::uint64_t>(priorities_.size()));
  begin_execution();
  salt_ = prng_.next();
  falls_.clear();
  if (execution_ > 1) {
    for (unsigned i = 1; i < depth_; ++i) falls_.push_back(prng_.below(choices_));
    std::ranges::sort(falls_);
  }
  at_ = 0;
  lowest_ = kFallen;
  priorities_.clear();
  favourite_ = kNoThread;
  in_a_row_ = 0;
  return this;
}

std::string PctStrategy::bound() const {
  const auto n = static_cast<double>(threads_);
  const auto k = static_cast<double>(choices_);
  return fmt::format(
      "PCT depth {}: each execution finds a bug of that depth with probability >= {:.2g} ({} "
      "threads, {} choices)",
      depth_, 1 / (n * std::pow(k, static_cast<double>(depth_) - 1)), threads_, choices_);
}

std::uint64_t& PctStrategy::priority_of(const Thread& thread) {
  if (thread.id >= priorities_.size()) priorities_.resize(thread.id + 1u, 0);
  std::uint64_t& priority = priorities_[thread.id];
  // By the key, so that it does not depend on when the thread turned up.
  if (priority == 0) priority = std::max(Prng(salt_ ^ thread.key).next(), kFallen + 1);
  return priority;
}

std::size_t PctStrategy::highest(const ChoicePoint& point, const std::vector<std::size_t>& among) {
  return *std::ranges::max_element(
      among, {}, [&](std::size_t i) { return priority_of(*point.candidates[i].state); });
}

std::size_t PctStrategy::choose_thread(const ChoicePoint& point) {
  const auto& among = competitors_.among(point, prng_);
  std::size_t chosen = highest(point, among);
  const auto fall = [&] {
    priority_of(*point.candidates[chosen].state) = lowest_--;
    chosen = highest(point, among);
  };
  for (; !falls_.empty() && falls_.front() <= at_; falls_.erase(falls_.begin())) fall();
  if (point.candidates[chosen].thread == favourite_ && in_a_row_ >= kPatience) fall();
  ++at_;
  return chosen;
}

void PctStrategy::on_step(const ChoicePoint&, const Candidate& taken) {
  priority_of(*taken.state);
  in_a_row_ = taken.thread == favourite_ ? in_a_row_ + 1 : 0;
  favourite_ = taken.thread;
}

}  // namespace onhook
