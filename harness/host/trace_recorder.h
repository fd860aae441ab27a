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

  /// From now on, rewind() comes back to here.
  void mark();
  void rewind();

  /// Corrects the times of the facts since then.
  template <class TimeOf>
  void set_times(TimeOf time_of) {
    for (std::size_t i = facts_marked_; i < trace_.facts.size(); ++i) {
      trace_.facts[i].time = time_of(trace_.facts[i]);
    }
  }

  const Trace& trace() const { return trace_; }
  /// The first fact that belongs to the race, not to the set-up.
  std::size_t race_begins() const { return facts_marked_; }

 private:
  Trace trace_;
  std::size_t facts_marked_ = 0;
  std::size_t lanes_marked_ = 0;
};

}  // namespace onhook
