// SPDX-License-Identifier: GPL-3.0-or-later
// The scheduler: all threads of one world on one operating-system thread, one switch point.
//
// Time. Steps take no virtual time. While some thread is ready the clock stands still, except that
// an operation that may be due by now may also happen now. When nobody is ready, an armed operation
// may be next if its window and those of all others admit it. Which latency it was of those that a
// window allows is left open as long as nobody reads the clock (TimeZone).
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
#include "harness/sched/thread.h"

namespace onhook {

/// Why an execution stopped.
enum class End : std::uint8_t {
  none,
  quiescent,      ///< nobody can ever run again, and nobody waits for a lock
  settled,        ///< the time limit of the scenario was reached
  deadlock,       ///< somebody waits for a lock, join or condition that can never come
  order_blocked,  ///< only held events are left: this path has not the wanted order
  step_limit,     ///< more visible steps than allowed: an endless loop
  spin_limit,     ///< more plain accesses than allowed between two steps: an endless loop
  fault,          ///< a signal: crash of the plugin
  assertion,      ///< abort(), assert() or exit() by the plugin
  unmodelled,     ///< something that onhook does not model, by name
  stopped,        ///< the chooser or a monitor asked to stop
  judged          ///< a judge asked to stop: going on would be no execution of the program's
};

const char* to_string(End end);

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
};

/// Gives and takes back stacks. The memory must be the world's.
class StackSource {
 public:
  virtual ~StackSource() = default;
  virtual char* take(std::size_t& bytes) = 0;
  virtual void give_back(char* stack) = 0;
};

/// A moment from which time is measured.
struct ClockMark {
  TimeNs at = 0;
  bool open = false;  ///< which moment it was depends on latencies still open
  std::uint32_t time_steps = 0;
};

/// Latencies that a window allows and that an execution leaves out, as bits.
enum Cut : std::uint8_t {
  kClockRead = 1,  ///< code looked at the clock, and has seen the earliest time only
  kSettled = 2     ///< later than the time in which all has to settle
};
using Cuts = std::uint8_t;
/// "latencies at which the clock was read", or "" for none.
std::string to_text(Cuts cuts);

/// Steps that happen at one time: those from `first_step` to the next moment's.
struct StepTime {
  std::uint32_t first_step = 0;
  TimeZone::Slot kept = TimeZone::kNone;
  TimeNs time = 0;
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

  /// A step that needs no choice (unlock): it is recorded for happens-before but nobody can be
  /// scheduled between it and the step before it.
  void perform_now(const Operation& op);

  /// A plain access by the instruction at access.pc is about to happen: a step where points() say
  /// so.
  void plain_access(const PlainAccess& access) {
    if (points_ == nullptr && access_sink_ == nullptr) return;
    watch_access(access);
  }

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
  TimeNs now() const { return zone_.earliest_now(); }
  /// For code of the world that looks at the clock: it is now() from here on.
  TimeNs read_clock();
  /// When the execution is over: when its steps happened, where what was known then was less than
  /// what is known now. Empty where nothing has changed.
  const std::vector<StepTime>& moments() const { return moments_; }
  /// What was left out of this execution and of all that go on like it.
  Cuts cuts() const { return cuts_; }
  /// The set-up is over: what time it is is decided.
  void fix_clock();
  /// What came before is known.
  void forget_moments() { moments_.clear(); }
  /// Measures without looking at the clock, as long as no time passes.
  ClockMark mark_clock() const;
  TimeNs time_since(const ClockMark& mark);
  std::uint32_t step() const { return step_; }
  Thread& thread(ThreadId id) { return *threads_[id]; }
  std::size_t thread_count() const { return threads_.size(); }
  /// Wakes one (or all) of the threads that wait on condition `object`; which one is a choice.
  void signal_condition(ObjectId object, bool all);

  // For the harness -----------------------------------------------------------------------------

  /// Runs until the execution ends or pauses. Called on the harness's own stack.
  End run();

  /// True if a thread waits for a lock, a join or (unless a daemon) a condition. When nobody else
  /// can go on, that is a deadlock.
  bool somebody_waits_for_a_lock() const;
  /// Who waits for what, and who holds it: "H waits for a lock that S holds; ...".
  std::string waiters() const;
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
  Thread& make_thread(std::string name, std::string role, std::function<void()> body);
  [[noreturn]] void retire();
  void arm(Thread& thread, const Operation& op);
  void watch_access(const PlainAccess& access);
  void match(Thread& thread);
  void collect_candidates();
  void switch_to_next();
  void end_wait(Thread& next, Wake wake);
  void tell_blocked(const Thread* apart_from);
  void begin_moment();
  void time_the_moments();
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
  TimeZone zone_;
  std::uint32_t step_ = 0;
  std::uint32_t pause_from_ = ~0u;
  std::uint32_t time_steps_ = 0;   ///< how often time has passed
  std::vector<StepTime> moments_;  ///< since the clock's time was first open
  Cuts cuts_ = 0;
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
