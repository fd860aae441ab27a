// SPDX-License-Identifier: GPL-3.0-or-later
// The scheduler: all threads of one world on one operating-system thread, one switch point.
//
// Time. Steps take no virtual time. While some thread is ready the clock stands still, except that
// an operation that may be due by now may also happen now. When nobody is ready, an armed operation
// may be next if its window and those of all others admit it (WorldClock).
//
// Events. An operation that is an event of the scenario is held back while the order in force wants
// another event first (EventOrder). A held operation does not let time pass: a path on which only
// held operations are left is given up (End::order_blocked).
//
// A Scheduler and everything it points to live in the world's memory and are restored with it; the
// Chooser, the Recorder and the EventMatcher are the harness's.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/sched/access_points.h"
#include "harness/sched/chooser.h"
#include "harness/sched/end.h"
#include "harness/sched/thread.h"
#include "harness/sched/waiting.h"
#include "harness/sched/world_clock.h"

namespace onhook {

/// Which events must have happened before which. At most 32 events.
struct EventOrder {
  std::array<std::uint32_t, 32> predecessors{};  ///< bit set of events that must come before
  std::uint32_t happened = 0;

  bool holds_back(int event) const {
    return event >= 0 && (happened >> event & 1u) == 0 &&
           (predecessors[static_cast<std::size_t>(event)] & ~happened) != 0;
  }
};

/// Names the event that an operation is, if any. Called when an announce, start or exit operation
/// becomes pending; the same question always has the same answer.
class EventMatcher {
 public:
  virtual ~EventMatcher() = default;
  /// Index of the event, or -1.
  virtual int match(const Thread& thread, StringId actor, StringId verb, StringId detail) = 0;
};

/// Receives the facts. Lives outside the world.
class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void record(std::uint32_t step, const Thread& thread, TimeNs now, StringId actor,
                      StringId verb, StringId detail) = 0;
  virtual void lane(const Thread& thread) = 0;
};

struct SchedulerLimits {
  std::uint32_t steps = 200'000;        ///< visible steps an execution
  std::uint64_t accesses = 20'000'000;  ///< plain accesses between two visible steps
  TimeNs until = kForever;              ///< absolute virtual time at which the world has settled
  std::uint32_t turns = ~0u;            ///< that the search allows, since the beginning
  std::uint32_t timeouts = ~0u;         ///< that it allows (ExecutionBounds), since the beginning
};

/// Gives and takes back stacks. The memory must be the world's.
class StackSource {
 public:
  virtual ~StackSource() = default;
  virtual char* take(std::size_t& bytes) = 0;
  virtual void give_back(char* stack) = 0;
};

class Scheduler {
 public:
  Scheduler(StackSource& stacks, Chooser& chooser, Recorder& recorder);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // For threads of the world --------------------------------------------------------------------

  /// Makes a thread that is ready to start; it takes its first step when it is chosen.
  Thread& spawn(std::string name, std::string role, std::function<void()> body);

  /// Makes a thread whose first step is `op` (a delayed step of a fake's) and whose start and exit
  /// are no steps.
  Thread& spawn_at(std::string name, const Operation& op, std::function<void()> body);

  /// The thread of spawn_at() does not take its step any more, if it has not yet.
  void call_off(ThreadId id);

  /// THE SWITCH POINT. Announces `op`, lets others run, returns when it may happen.
  Wake perform(const Operation& op);
  /// Whether it is an event of the scenario that has not happened yet.
  bool is_awaited(const Operation& op) const;

  /// A step that needs no choice (unlock): it is recorded for happens-before but nobody can be
  /// scheduled between it and the step before it.
  void perform_now(const Operation& op);

  /// A plain access by the instruction at access.pc is about to happen: a step where points() say
  /// so.
  void plain_access(const PlainAccess& access) {
    if (points_ == nullptr && access_sink_ == nullptr) return;
    watch_access(access);
  }

  /// An access by this instruction has to be a step.
  bool is_point(std::uintptr_t pc) const { return points_ != nullptr && points_->contains(pc); }

  /// The same for an access that perform() has made a step of already.
  void tell_access(const PlainAccess& access);

  /// A choice in [0, n).
  unsigned choose(std::string_view label, unsigned n);

  /// Ends the calling thread; never returns.
  [[noreturn]] void exit_thread(void* value);

  /// Ends the execution from inside (a crash, an unmodelled call); never returns.
  [[noreturn]] void end_from_inside(End end, std::string_view why);

  /// Suspends the calling thread and returns from run() with End::none: the world is as it should
  /// be before every execution, or at an inner state that is worth keeping (see pause_from()).
  void pause();

  void note(StringId actor, StringId verb, StringId detail);

  Thread& current() { return *current_; }
  bool has_started() const { return current_ != nullptr; }
  /// The earliest that it can be.
  TimeNs now() const { return clock_.now(); }
  WorldClock& clock() { return clock_; }
  const WorldClock& clock() const { return clock_; }
  std::uint32_t step() const { return step_; }
  /// Steps at which threads could change: all but those of perform_now().
  std::uint32_t turns() const { return turns_; }
  /// Waits that have run out.
  std::uint32_t timeouts() const { return timeouts_; }
  /// What was left out of this execution and of all that go on like it.
  Cuts cuts() const { return static_cast<Cuts>(clock_.cuts() | cuts_); }
  Thread& thread(ThreadId id) { return *threads_[id]; }
  const Thread& thread(ThreadId id) const { return *threads_[id]; }
  std::size_t thread_count() const { return threads_.size(); }
  /// The running thread has given a lock back that it holds, or, wrongly, another one.
  void forget_held(ObjectId lock);
  /// Wakes one (or all) of the threads that wait on condition `object`; which one is a choice.
  void signal_condition(ObjectId object, bool all);

  // For the harness -----------------------------------------------------------------------------

  /// Runs until the execution ends or pauses. Called on the harness's own stack.
  End run();

  /// Of its threads that have not finished (waiting.h).
  bool somebody_waits_for_a_lock() const { return onhook::somebody_waits_for_a_lock(live_); }
  std::string waiters() const { return onhook::waiters(live_); }
  /// Which end it is that nobody can go on and somebody waits.
  End deadlock() const { return wait_in_a_circle(live_) ? End::lock_circle : End::deadlock; }
  const std::string& why() const { return why_; }
  void set_chooser(Chooser& chooser) { chooser_ = &chooser; }
  /// Asks the matcher at once about the operations that are pending already.
  void set_matcher(EventMatcher* matcher);
  /// Either may be null. Both outlive the world.
  void set_accesses(const AccessPoints* points, AccessSink* sink) {
    points_ = points != nullptr && !points->empty() ? points : nullptr;
    access_sink_ = sink;
  }
  void set_order(const EventOrder& order) { order_ = order; }
  const EventOrder& order() const { return order_; }
  void set_limits(const SchedulerLimits& limits) { limits_ = limits; }
  /// Pauses where next a thread is chosen among several and step() is at least this; run() then
  /// goes on with that choice.
  void pause_from(std::uint32_t step) { pause_from_ = step; }
  const SchedulerLimits& limits() const { return limits_; }
  /// The events held back when a path was given up, as a bit set.
  std::uint32_t held_events() const;

  std::uint64_t accesses = 0;  ///< plain accesses since the last step (the instrumentation's)

 private:
  struct Start;
  static void entry(boost::context::detail::transfer_t transfer);
  bool is_ready(const Thread& thread) const;
  bool may_run_out(Thread& thread, Wake wake);
  Thread& make_thread(std::string name, std::string role, std::function<void()> body);
  [[noreturn]] void retire();
  void arm(Thread& thread, const Operation& op);
  void watch_access(const PlainAccess& access);
  void match(Thread& thread);
  void collect_candidates();
  [[noreturn]] void cut_at_turn();
  void switch_to_next();
  void tell_blocked(const Thread* apart_from);
  void tell_stuck();
  void resume(Thread& next);
  [[noreturn]] void leave(End end);

  StackSource* stacks_;
  Chooser* chooser_;
  Recorder* recorder_;
  EventMatcher* matcher_ = nullptr;
  const AccessPoints* points_ = nullptr;
  AccessSink* access_sink_ = nullptr;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::vector<Thread*> live_;  ///< not finished, by number
  std::vector<Candidate> candidates_;
  Thread* current_ = nullptr;
  boost::context::detail::fcontext_t harness_ = nullptr;
  EventOrder order_;
  SchedulerLimits limits_;
  WorldClock clock_;
  std::uint32_t step_ = 0;
  std::uint32_t pause_from_ = ~0u;
  std::uint32_t turns_ = 0;
  std::uint32_t timeouts_ = 0;
  Cuts cuts_ = 0;  ///< by the bounds of the search
  End end_ = End::none;
  std::string why_;
};

/// The scheduler of the running world, or null when the caller is not inside the simulation (set-up
/// of the process, the harness itself, a chooser at work).
Scheduler* current_scheduler();
/// Who may say so: the world (host/) and tests.
void set_current_scheduler(Scheduler* scheduler);

/// True while the running code belongs to the world. Read by every interposed function.
extern bool g_inside_world;
/// For current_scheduler() alone.
extern Scheduler* g_set_scheduler;

inline Scheduler* current_scheduler() {
  return g_inside_world && g_set_scheduler != nullptr && g_set_scheduler->has_started()
             ? g_set_scheduler
             : nullptr;
}

/// While one lives, the running code is the harness's: interposed calls pass through, memory comes
/// from the harness's heap.
class HarnessScope {
 public:
  HarnessScope() : was_inside_(g_inside_world) { g_inside_world = false; }
  ~HarnessScope() { g_inside_world = was_inside_; }
  HarnessScope(const HarnessScope&) = delete;
  HarnessScope& operator=(const HarnessScope&) = delete;

 private:
  bool was_inside_;
};

inline void Scheduler::tell_access(const PlainAccess& access) {
  if (access_sink_ == nullptr) return;
  HarnessScope harness;
  access_sink_->on_access(*current_, access);
}

}  // namespace onhook
