// SPDX-License-Identifier: GPL-3.0-or-later
// What one thread has to do later, in order of due time (then of setting).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "fakes/env.h"

namespace onhook::fakes {

class TimerQueue {
 public:
  using Id = std::uint64_t;
  static constexpr Id kNone = 0;

  Id set(TimeNs due, Job job) {
    jobs_.emplace(std::pair{due, ++last_}, std::move(job));
    due_of_[last_] = due;
    return last_;
  }
  /// Forgets a timer; one that has run, or kNone, is no error.
  void cancel(Id id) {
    const auto it = due_of_.find(id);
    if (it == due_of_.end()) return;
    jobs_.erase({it->second, id});
    due_of_.erase(it);
  }
  /// How long from `now` until the next one is due; 0 when overdue, kForever without any.
  TimeNs wait_from(TimeNs now) const {
    if (jobs_.empty()) return kForever;
    const TimeNs due = jobs_.begin()->first.first;
    return due > now ? due - now : 0;
  }
  /// Runs everything due at `now`, including what that sets.
  void run_due(TimeNs now) {
    while (!jobs_.empty() && jobs_.begin()->first.first <= now) {
      const Job job = std::move(jobs_.begin()->second);
      due_of_.erase(jobs_.begin()->first.second);
      jobs_.erase(jobs_.begin());
      job();
    }
  }
  void clear() {
    jobs_.clear();
    due_of_.clear();
  }

 private:
  Id last_ = kNone;
  std::map<std::pair<TimeNs, Id>, Job> jobs_;
  std::map<Id, TimeNs> due_of_;
};

}  // namespace onhook::fakes
