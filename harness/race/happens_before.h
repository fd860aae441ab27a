// SPDX-License-Identifier: GPL-3.0-or-later
// Which step of which thread is ordered before which, by nothing but what the code under test does
// to synchronise: threads started and joined, locks, semaphores, queues, bytes in pipes, atomics as
// strong as their memory orders make them (C17 7.17.3; release sequences as in C++20).
//
// Not the order of all dependent steps, which the search uses (harness/strategy/dpor/history.h):
// two relaxed stores to one variable depend on each other and order nothing.
#pragma once

#include <unordered_map>
#include <vector>

#include "harness/race/vector_clock.h"
#include "harness/sched/watcher.h"

namespace onhook {

class HappensBefore {
 public:
  /// The thread's own time now.
  std::uint32_t time_of(ThreadId thread) const { return state_.threads.at(thread).now.at(thread); }
  /// What the thread knows of now.
  const VectorClock& clock_of(ThreadId thread) const { return state_.threads.at(thread).now; }
  /// Does what `thread` does now come after what `other` did at its time `time`?
  bool comes_after(ThreadId thread, ThreadId other, std::uint32_t time) const {
    return thread == other || state_.threads[thread].now.at(other) >= time;
  }

  void keep() { kept_ = state_; }
  void restore() { state_ = kept_; }

  void on_spawn(const Thread* parent, const Thread& child);
  void on_exit(const Thread& thread);
  void on_join(const Thread& thread, std::uint64_t exited_key);
  void on_lock(const Thread& thread, const LockEvent& event);
  void on_unlock(const Thread& thread, const LockEvent& event);
  void on_flow(const Thread& thread, ObjectId object, Flow flow);
  void on_atomic(const Thread& thread, const AtomicAccess& access);
  void on_fence(const Thread& thread, MemoryOrder order);

 private:
  struct ThreadClocks {
    VectorClock now;
    VectorClock released;  ///< by its last release fence: what its relaxed stores hand on
    VectorClock seen;      ///< by its relaxed loads: what an acquire fence would learn
  };
  struct LockClocks {
    VectorClock writers;
    VectorClock readers;
  };
  struct State {
    std::vector<ThreadClocks> threads;
    std::unordered_map<ObjectId, LockClocks> locks;
    std::unordered_map<ObjectId, VectorClock> flows;    ///< semaphores, queues, channels
    std::unordered_map<ObjectId, VectorClock> atomics;  ///< what the last store handed on
    std::unordered_map<std::uint64_t, VectorClock> exits;
  };
  ThreadClocks& clocks(const Thread& thread);

  State state_, kept_;
};

}  // namespace onhook
