// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/pos.h"

#include <algorithm>

namespace onhook {

std::uint64_t PosPriorities::of(ThreadId thread, Prng& prng) {
  if (thread >= priorities_.size()) priorities_.resize(thread + 1u, 0);
  std::uint64_t& priority = priorities_[thread];
  if (priority == 0) priority = prng.next() | 1u;
  return priority;
}

void PosPriorities::on_step(const ChoicePoint& point, const Candidate& taken) {
  const auto forget = [&](ThreadId thread) {
    if (thread < priorities_.size()) priorities_[thread] = 0;
  };
  const Operation& done = taken.state->pending;
  for (const Candidate& c : point.candidates) {
    if (c.thread != taken.thread && conflict(done, c.state->pending)) forget(c.thread);
  }
  forget(taken.thread);
}

Chooser* PosStrategy::next() {
  begin_execution();
  priorities_.restart();
  return this;
}

std::size_t PosStrategy::choose_thread(const ChoicePoint& point) {
  return *std::ranges::max_element(competitors_.among(point, prng_), {}, [&](std::size_t i) {
    return priorities_.of(point.candidates[i].thread, prng_);
  });
}

}  // namespace onhook
