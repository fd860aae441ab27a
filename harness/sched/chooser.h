// SPDX-License-Identifier: GPL-3.0-or-later
// The one door through which every choice of an execution passes. A plan (strategy/plan.h) stands
// behind it; the scheduler only asks.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "harness/sched/operation.h"

namespace onhook {

class Thread;

/// One way on: this thread takes its pending step now.
struct Candidate {
  ThreadId thread = kNoThread;
  Wake wake = Wake::ready;
  const Thread* state = nullptr;
  bool due = false;  ///< ready, but its time could have come instead
};

/// Where the execution stands when it asks.
struct ChoicePoint {
  std::uint32_t step = 0;                 ///< steps taken so far
  TimeNs now = 0;                         ///< when asked; of on_step(): when the step happens
  ThreadId current = kNoThread;           ///< who took the last step
  std::span<const Candidate> candidates;  ///< at least two, by thread number
  /// Index of the thread that took the last step among the candidates, or -1: choosing another one
  /// while this is >= 0 is a preemption.
  int current_index = -1;
  /// Set by the chooser: this execution is not worth its end (End::stopped).
  mutable bool give_up = false;
};

class Chooser {
 public:
  virtual ~Chooser() = default;
  /// An index into point.candidates.
  virtual std::size_t choose_thread(const ChoicePoint& point) = 0;
  /// A number in [0, n), n >= 2.
  virtual unsigned choose_value(std::string_view label, unsigned n) = 0;
  /// Each step, forced or chosen, right before it happens. For searches that need the whole trace.
  virtual void on_step(const ChoicePoint&, const Candidate&) {}
  /// What the thread does within its step and nobody can be scheduled before: an unlock.
  virtual void on_effect(const Thread&, const Operation&) {}
  /// The running thread made this one.
  virtual void on_spawn(const Thread&) {}
  /// This timer, which could have gone off now, is called off by the running thread, or by the end.
  virtual void on_call_off(const Thread&) {}
  /// This thread waits in vain for its pending operation, and nobody is ready: the execution is
  /// over, or the step that comes next lets time pass or is a yield.
  virtual void on_blocked(const Thread&) {}
  /// This could come next, but a bound of the search forbids it (ExecutionBounds). Told once for
  /// each wait that may not run out.
  virtual void on_withheld(const Candidate&) {}
};

}  // namespace onhook
