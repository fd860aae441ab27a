// SPDX-License-Identifier: GPL-3.0-or-later
// For the judge of leaks: where pointers into the world's heap can lie. Variables of every loaded
// object and of every library, the running thread's __thread variables, which all fibers share, and
// of each thread that has not ended its stack, and what threads keep by pthread_setspecific().
//
// What the scheduler and the field watch note about memory is no pointer of anybody's.
#pragma once

#include "harness/race/world_view.h"
#include "harness/sched/scheduler.h"

namespace onhook {

class Reachability : public WorldView {
 public:
  /// It outlives it.
  explicit Reachability(const Scheduler& scheduler) : scheduler_(scheduler) {}

  std::vector<MemorySpan> roots() const override;
  std::vector<std::uintptr_t> notes() const override;

 private:
  const Scheduler& scheduler_;
  mutable std::vector<MemorySpan> data_;  ///< found when first asked for
};

}  // namespace onhook
