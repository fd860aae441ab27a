// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/deviations.h"

#include "harness/sched/thread.h"
#include "harness/strategy/replay.h"

namespace onhook {

std::uint32_t PlaceCounter::steps_of(std::uint64_t thread) const {
  const auto it = steps_.find(thread);
  return it == steps_.end() ? 0 : it->second;
}

void PlaceCounter::step(std::uint64_t thread) {
  thread_ = thread;
  values_ = 0;
  ++steps_[thread];
}

std::size_t DeviationRecorder::choose_thread(const ChoicePoint& point) {
  const std::size_t chosen = inner_.choose_thread(point);
  if (chosen == default_choice(point)) return chosen;
  const Candidate& taken = point.candidates[chosen];
  deviations_.push_back(
      {places_.thread_question(), taken.state->key, taken.wake, 0, point.current_index >= 0});
  return chosen;
}

unsigned DeviationRecorder::choose_value(std::string_view label, unsigned n) {
  const unsigned value = inner_.choose_value(label, n);
  const Place place = places_.value_question();
  if (value != 0) deviations_.push_back({place, 0, Wake::ready, value, false});
  return value;
}

void DeviationRecorder::on_step(const ChoicePoint& point, const Candidate& taken) {
  inner_.on_step(point, taken);
  places_.step(taken.state->key);
}

DeviationPlan::DeviationPlan(const std::vector<Deviation>& deviations) {
  for (const Deviation& d : deviations) wanted_[d.place] = d;
}

std::size_t DeviationPlan::choose_thread(const ChoicePoint& point) {
  const auto it = wanted_.find(places_.thread_question());
  if (it != wanted_.end()) {
    for (std::size_t i = 0; i < point.candidates.size(); ++i) {
      const Candidate& c = point.candidates[i];
      if (c.state->key == it->second.thread && c.wake == it->second.wake) return i;
    }
  }
  return default_choice(point);
}

unsigned DeviationPlan::choose_value(std::string_view, unsigned n) {
  const auto it = wanted_.find(places_.value_question());
  return it != wanted_.end() && it->second.value < n ? it->second.value : 0;
}

void DeviationPlan::on_step(const ChoicePoint&, const Candidate& taken) {
  places_.step(taken.state->key);
}

}  // namespace onhook
