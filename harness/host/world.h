// SPDX-License-Identifier: GPL-3.0-or-later
// One world: threads, memory and clock, brought once to the state before the race, then run again
// and again from exactly there.
//
// The subject (a plugin with its fakes, or a C program) gives two closures that run on the world's
// first thread: `set_up` brings the world to the state before the race, in one fixed order; `race`
// is what is explored. Between the two the snapshot is taken.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "harness/base/execution_bounds.h"
#include "harness/host/code_events.h"
#include "harness/host/reachability.h"
#include "harness/host/snapshot.h"
#include "harness/host/trace_recorder.h"
#include "harness/sched/scheduler.h"

namespace onhook {

class Judges;  // harness/race/judges.h

struct WorldSpec {
  std::string main_name = "main";  ///< lane of the first thread
  std::string main_role = {};      ///< its entry function, or ""
  std::function<void()> set_up;    ///< may be empty
  std::function<void()> race;
  /// Shared objects whose writable data belongs to the world: an address inside each.
  std::vector<const void*> objects;
  std::uint64_t seed = 1;  ///< of the world's random values
  TimeNs settles = 0;      ///< virtual time the race may take; 0: no limit
  SchedulerLimits limits;
  ExecutionBounds bounds = {};  ///< of the race
  /// What the race announces of the code's own doings; may be null.
  std::shared_ptr<const CodeEvents> code_events = nullptr;
  /// Watch the set-up and every execution; may be null.
  Judges* judges = nullptr;
};

/// How one execution ended.
struct Ending {
  End end = End::none;
  std::string why;             ///< fault, assertion, unmodelled: what
  std::uint32_t steps = 0;     ///< visible steps of the race
  TimeNs time = 0;             ///< virtual time at the end
  std::uint32_t held = 0;      ///< order_blocked: the events that were held
  std::uint32_t happened = 0;  ///< events that happened, as a bit set
  Cuts cuts = 0;               ///< latencies that were left out
  bool main_finished = false;  ///< the first thread ran to its end
};

/// Something that keeps state in the world's memory makes it in here: `make` is called in every new
/// world, before its first thread. For interpose/, which this layer must not know.
void register_world_part(void (*make)());

/// What holds for one execution. The pointers may be null.
struct ExecutionSetting {
  EventOrder order = {};
  EventMatcher* matcher = nullptr;
  const AccessPoints* points = nullptr;
  AccessSink* sink = nullptr;
};

/// A state inside an execution, kept to begin others from.
struct InnerState {
  SavedState memory;
  TraceRecorder::Mark trace;
};

class World {
 public:
  explicit World(WorldSpec spec);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Runs set_up and takes the snapshot. Once. Ending::end is End::none when all is well, else why
  /// the set-up failed.
  Ending prepare();

  /// One execution from the snapshot: restores, runs, leaves the trace in trace().
  Ending execute(Chooser& chooser, const ExecutionSetting& setting);

  // The same in pieces, for executions that begin at an inner state of the one before:

  /// Restores the snapshot.
  void begin(Chooser& chooser, const ExecutionSetting& setting);
  /// Restores an inner state. What was set when it was saved holds again; no execution may have
  /// begun since that has not gone through it.
  void begin_at(const InnerState& state, Chooser& chooser);
  /// Runs to the end, or (false) to the next choice of a thread after `steps` more steps.
  bool go_on(std::uint32_t steps);
  static constexpr std::uint32_t kToTheEnd = ~0u;
  void save(InnerState& into) const;
  /// Once go_on() has given true.
  Ending ending() { return ending_of(end_); }

  /// Announces these from the next execution on, instead of those of the WorldSpec; may be null.
  void set_code_events(std::shared_ptr<const CodeEvents> events) {
    spec_.code_events = std::move(events);
  }

  /// When a step of the last execution happened that was thought to be at `recorded`.
  TimeNs time_of(std::uint32_t step, TimeNs recorded) const;

  const Trace& trace() const { return recorder_.trace(); }
  std::size_t race_begins() const { return recorder_.race_begins(); }
  const Snapshot* snapshot() const { return snapshot_.get(); }
  Scheduler& scheduler() { return *scheduler_; }

 private:
  Ending ending_of(End end);
  void settle_times();

  WorldSpec spec_;
  TraceRecorder recorder_;
  std::unique_ptr<Chooser> set_up_chooser_;
  Scheduler* scheduler_ = nullptr;  // in the world's memory
  std::unique_ptr<Snapshot> snapshot_;
  std::unique_ptr<Reachability> view_;  ///< for judges
  std::uint32_t steps_before_ = 0;
  End end_ = End::none;
};

}  // namespace onhook
