// SPDX-License-Identifier: GPL-3.0-or-later
// How much of every thread's past a thread (or an object that hands it on) knows of: Fidge's and
// Mattern's vector clocks, one number a thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "harness/base/ids.h"

namespace onhook {

class VectorClock {
 public:
  std::uint32_t at(ThreadId thread) const { return thread < times_.size() ? times_[thread] : 0; }
  void set(ThreadId thread, std::uint32_t time) {
    if (thread >= times_.size()) times_.resize(thread + 1u);
    times_[thread] = time;
  }
  void tick(ThreadId thread) { set(thread, at(thread) + 1); }
  void join(const VectorClock& other) {
    if (other.times_.size() > times_.size()) times_.resize(other.times_.size());
    for (std::size_t i = 0; i < other.times_.size(); ++i) {
      times_[i] = std::max(times_[i], other.times_[i]);
    }
  }
  bool empty() const { return times_.empty(); }

 private:
  std::vector<std::uint32_t> times_;
};

}  // namespace onhook
