// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the trace of the execution at hand, outside the world's memory.
#pragma once

#include "harness/sched/scheduler.h"
#include "harness/trace/event.h"

namespace onhook {

class TraceRecorder : public Recorder {
 public:
  void record(std::uint32_t step, const Thread& thread, TimeNs now, StringId actor, StringId verb,
              StringId detail) override;
  void lane(const Thread& thread) override;

  /// A place in the trace that can be gone back to while what stands before it is kept.
  struct Mark {
    std::size_t facts = 0;
    std::size_t lanes = 0;
  };
  Mark here() const { return {trace_.facts.size(), trace_.lanes.size()}; }
  void rewind_to(const Mark& mark);

  /// From now on, rewind() comes back to here.
  void mark() { marked_ = here(); }
  void rewind() { rewind_to(marked_); }

  /// Corrects the times of the facts since then.
  template <class TimeOf>
  void set_times(TimeOf time_of) {
    for (std::size_t i = marked_.facts; i < trace_.facts.size(); ++i) {
      trace_.facts[i].time = time_of(trace_.facts[i]);
    }
  }

  const Trace& trace() const { return trace_; }
  /// The first fact that belongs to the race, not to the set-up.
  std::size_t race_begins() const { return marked_.facts; }

 private:
  Trace trace_;
  Mark marked_;
};

}  // namespace onhook
