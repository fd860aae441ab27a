// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/sched/scheduler.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "harness/base/check.h"
#include "harness/base/strings.h"
#include "harness/sched/debug_stop.h"
#include "harness/sched/fiber_sanitizer.h"
#include "harness/sched/passing_time.h"
#include "harness/sched/watcher.h"

namespace onhook {

namespace ctx = boost::context::detail;

bool g_inside_world = false;
Scheduler* g_set_scheduler = nullptr;
Watcher* g_watcher = nullptr;

namespace {

constexpr std::size_t kUsualThreads = 32;
constexpr std::size_t kUsualHeld = 8;    // locks
constexpr std::size_t kUsualDepth = 16;  // of instrumented functions

const StringId kStarts = intern("starts");

/// FNV-1a over the maker's key and the child's number.
std::uint64_t child_key(std::uint64_t parent, std::uint32_t child) {
  std::uint64_t h = 0xcbf29ce484222325u ^ parent;
  for (int i = 0; i < 4; ++i) {
    h = (h ^ (child >> (8 * i) & 0xffu)) * 0x100000001b3u;
  }
  return h;
}

}  // namespace

void set_current_scheduler(Scheduler* scheduler) { g_set_scheduler = scheduler; }

void obey_watcher() {
  if (g_watcher->is_obeyed) return;  // told of what the ending itself does
  g_watcher->is_obeyed = true;
  g_set_scheduler->end_from_inside(End::judged, g_watcher->stop);
}

Scheduler::Scheduler(StackSource& stacks, Chooser& chooser, Recorder& recorder)
    : stacks_(&stacks), chooser_(&chooser), recorder_(&recorder) {
  // Before the snapshot: what grows after it grows in every execution.
  threads_.reserve(kUsualThreads);
  live_.reserve(kUsualThreads);
  candidates_.reserve(kUsualThreads);
}

Scheduler::~Scheduler() {
  for (auto& thread : threads_) {
    if (thread->stack != nullptr) stacks_->give_back(thread->stack);
  }
}

Thread& Scheduler::make_thread(std::string name, std::string role, std::function<void()> body) {
  ONHOOK_CHECK(threads_.size() < kNoThread, "too many threads in one execution");
  auto owned = std::make_unique<Thread>();
  Thread& thread = *owned;
  thread.id = static_cast<ThreadId>(threads_.size());
  thread.key =
      current_ != nullptr ? child_key(current_->key, current_->children++) : child_key(1, 0);
  thread.name = std::move(name);
  thread.role = std::move(role);
  thread.body = std::move(body);
  // In its maker's memory: a thread that allocates nothing itself then dirties no page of its own.
  thread.held.reserve(kUsualHeld);
  thread.calls.reserve(kUsualDepth);
  thread.call_sites.reserve(kUsualDepth);
  thread.stack = stacks_->take(thread.stack_bytes);
  thread.context = ctx::make_fcontext(thread.stack + thread.stack_bytes, thread.stack_bytes, entry);
  live_.push_back(&thread);
  threads_.push_back(std::move(owned));
  HarnessScope harness;
  recorder_->lane(thread);
  if (current_ != nullptr) chooser_->on_spawn(thread);
  if (g_watcher != nullptr) g_watcher->on_spawn(current_, thread);
  return thread;
}

Thread& Scheduler::spawn(std::string name, std::string role, std::function<void()> body) {
  Thread& thread = make_thread(std::move(name), std::move(role), std::move(body));
  Operation start;
  start.kind = OpKind::thread_start;
  start.verb = kStarts;
  arm(thread, start);
  return thread;
}

Thread& Scheduler::spawn_at(std::string name, const Operation& op, std::function<void()> body) {
  Thread& thread = make_thread(std::move(name), "", std::move(body));
  thread.transient = true;
  Operation first = op;
  if (first.kind == OpKind::sleep) first.object = thread.key;  // who calls it off depends on it
  arm(thread, first);
  return thread;
}

void Scheduler::call_off(ThreadId id) {
  Thread& thread = *threads_[id];
  {
    // Also when it is too late: then this could have come first.
    HarnessScope harness;
    Operation off;
    off.kind = OpKind::signal;
    off.access = Access::write;
    off.object = thread.key;
    chooser_->on_effect(*current_, off);
    if (thread.timer != TimeZone::kNone && clock_.zone().may_fire_now(thread.timer)) {
      chooser_->on_call_off(thread);
    }
  }
  if (thread.begun || thread.finished) return;
  if (thread.timer != TimeZone::kNone) clock_.disarm(std::exchange(thread.timer, TimeZone::kNone));
  thread.finished = true;
  thread.body = nullptr;
  std::erase(live_, &thread);
  stacks_->give_back(std::exchange(thread.stack, nullptr));
}

void Scheduler::entry(ctx::transfer_t transfer) {
  Scheduler& self = *g_set_scheduler;
  sanitizer::arrived(*self.current_);
  if (auto* previous = static_cast<Thread*>(transfer.data)) {
    previous->context = transfer.fctx;
  } else {
    self.harness_ = transfer.fctx;
  }
  debug::pass(self);
  self.current_->begun = true;
  self.current_->body();
  if (self.current_->transient) self.retire();
  self.exit_thread(nullptr);
}

/// Makes `op` the pending operation of `thread`: from now on it may be chosen.
void Scheduler::arm(Thread& thread, const Operation& op) {
  thread.pending = op;
  thread.wake = Wake::ready;
  thread.withheld = false;
  thread.timer = clock_.arm(op.timer);
  match(thread);
}

void Scheduler::match(Thread& thread) {
  thread.event = -1;
  const Operation& op = thread.pending;
  if (matcher_ == nullptr || op.verb == 0) return;
  HarnessScope harness;
  thread.event = static_cast<std::int16_t>(matcher_->match(thread, op.actor, op.verb, op.detail));
}

bool Scheduler::is_awaited(const Operation& op) const {
  if (matcher_ == nullptr) return false;
  HarnessScope harness;
  const int event = matcher_->match(*current_, op.actor, op.verb, op.detail);
  return event >= 0 && (order_.happened >> event & 1u) == 0;
}

void Scheduler::set_matcher(EventMatcher* matcher) {
  matcher_ = matcher;
  for (Thread* thread : live_) match(*thread);
}

bool Scheduler::is_ready(const Thread& thread) const {
  const Operation& op = thread.pending;
  if (only_time_ends(op)) return false;
  return op.ready == nullptr || op.ready(op.context);
}

std::uint32_t Scheduler::held_events() const {
  std::uint32_t held = 0;
  for (const Thread* t : live_) {
    if (order_.holds_back(t->event)) held |= 1u << t->event;
  }
  return held;
}

/// Asked where nothing but the bound on such waits can speak against it.
bool Scheduler::may_run_out(Thread& thread, Wake wake) {
  if (timeouts_ < limits_.timeouts || only_time_ends(thread.pending)) return true;
  cuts_ |= kTimeouts;
  if (!std::exchange(thread.withheld, true)) {
    HarnessScope harness;
    chooser_->on_withheld({thread.id, wake, &thread});
  }
  return false;
}

/// Fills candidates_ with every way on, or leaves with the reason why there is none.
void Scheduler::collect_candidates() {
  candidates_.clear();
  bool held_ready = false;
  bool anybody_ready = false;
  bool anybody_armed = false;
  bool somebody_yields = false;
  for (Thread* t : live_) {
    const bool held = order_.holds_back(t->event);
    if (is_ready(*t)) {
      if (held) {
        held_ready = true;
      } else if (t->pending.kind == OpKind::yield) {
        somebody_yields = true;
      } else {
        const bool due = t->timer != TimeZone::kNone && clock_.zone().may_fire_now(t->timer);
        candidates_.push_back({t->id, Wake::ready, t, due});
        anybody_ready = true;
      }
      continue;
    }
    if (t->timer == TimeZone::kNone) continue;
    anybody_armed = true;
    if (!held && clock_.zone().may_fire_now(t->timer) && may_run_out(*t, Wake::timeout)) {
      candidates_.push_back({t->id, Wake::timeout, t});
    }
  }
  if (anybody_ready) return;
  if (somebody_yields) {
    for (Thread* t : live_) {
      if (t->pending.kind == OpKind::yield && !order_.holds_back(t->event)) {
        candidates_.push_back({t->id, Wake::ready, t});
      }
    }
    return;
  }
  if (held_ready) {
    if (candidates_.empty()) leave(End::order_blocked);
    return;
  }
  candidates_.clear();
  if (!anybody_armed) {
    if (!somebody_waits_for_a_lock()) leave(End::quiescent);
    why_ = waiters();
    leave(deadlock());  // no temporary may be alive here: it never returns
  }
  bool withheld = false;
  TimeNs soonest = kForever;
  const bool may_wait = clock_.zone().may_wait();
  for (Thread* t : live_) {
    if (t->timer == TimeZone::kNone || order_.holds_back(t->event) || is_ready(*t)) continue;
    const bool now = clock_.zone().may_fire_now(t->timer);
    const bool late = may_wait && clock_.zone().may_fire_next(t->timer);
    if (!now && !late) continue;
    soonest = std::min(soonest, clock_.zone().earliest_of(t->timer));
    if (clock_.zone().earliest_of(t->timer) > limits_.until) continue;
    if (!may_run_out(*t, now ? Wake::timeout : Wake::late)) {
      withheld = true;
      continue;
    }
    if (now) candidates_.push_back({t->id, Wake::timeout, t});
    if (late) candidates_.push_back({t->id, Wake::late, t});
  }
  if (soonest == kForever) leave(End::order_blocked);
  if (candidates_.empty()) leave(withheld ? End::timeout_bound : End::settled);
}

/// The search allows no more steps, and candidates_ could go on.
void Scheduler::cut_at_turn() {
  cuts_ |= kSteps;
  for (const Candidate& c : candidates_) {
    HarnessScope harness;
    chooser_->on_withheld(c);
  }
  leave(End::step_bound);
}

void Scheduler::switch_to_next() {
  if (++step_ > limits_.steps) leave(End::step_limit);
  collect_candidates();
  if (turns_ == limits_.turns) [[unlikely]]
    cut_at_turn();
  ++turns_;
  if (step_ >= pause_from_ && candidates_.size() > 1) pause();
  ChoicePoint point{step_, now(), current_->id, candidates_, -1};
  std::size_t chosen = 0;
  if (candidates_.size() > 1) {
    HarnessScope harness;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (candidates_[i].thread == current_->id) point.current_index = static_cast<int>(i);
    }
    chosen = chooser_->choose_thread(point);
    ONHOOK_CHECK(chosen < candidates_.size(), "the plan chose a candidate that does not exist");
  }
  const Candidate candidate = candidates_[chosen];
  Thread& next = *threads_[candidate.thread];
  next.wake = candidate.wake == Wake::ready ? Wake::ready : Wake::timeout;
  if (next.timer != TimeZone::kNone) {
    clock_.end_wait(std::exchange(next.timer, TimeZone::kNone), candidate.wake, step_,
                    limits_.until);
    if (candidate.wake != Wake::ready && !only_time_ends(next.pending)) ++timeouts_;
  }
  point.now = now();
  if (candidate.wake == Wake::late || next.pending.kind == OpKind::yield) tell_blocked(&next);
  {
    HarnessScope harness;
    chooser_->on_step(point, candidate);
  }
  if (point.give_up) leave(End::stopped);
  if (next.event >= 0) order_.happened |= 1u << next.event;
  accesses = 0;
  const Operation& op = next.pending;
  if (op.verb != 0 && !op.told_later) {
    HarnessScope harness;
    recorder_->record(step_, next, now(), op.actor, op.verb, op.detail);
  }
  if (g_watcher != nullptr) [[unlikely]] {
    HarnessScope harness;
    g_watcher->on_step(next, op, next.wake, step_, now());
  }
  if (&next != current_) resume(next);
}

void Scheduler::resume(Thread& next) {
  Thread* previous = current_;
  previous->saved_errno = errno;
  current_ = &next;
  sanitizer::leaving(*previous, next);
  const ctx::transfer_t transfer = ctx::jump_fcontext(next.context, previous);
  sanitizer::arrived(*previous);
  // Here again, maybe much later: whoever jumped is suspended where it jumped from.
  if (auto* from = static_cast<Thread*>(transfer.data)) {
    from->context = transfer.fctx;
    if (from->finished && from->stack != nullptr) {
      stacks_->give_back(from->stack);
      from->stack = nullptr;
    }
  } else {
    harness_ = transfer.fctx;
  }
  errno = previous->saved_errno;
}

Wake Scheduler::perform(const Operation& op) {
  Thread& self = *current_;
  arm(self, op);
  switch_to_next();
  debug::pass(*this);
  return self.wake;
}

void Scheduler::perform_now(const Operation& op) {
  ++step_;
  if (onhook_debug.active != 0) [[unlikely]] {
    current_->pending = op;  // for those who ask what it is about to do
    debug::pass(*this);
  }
  HarnessScope harness;
  chooser_->on_effect(*current_, op);
  if (g_watcher != nullptr) g_watcher->on_effect(*current_, op);
}

void Scheduler::watch_access(const PlainAccess& access) {
  if (points_ != nullptr && points_->contains(access.pc)) {
    Operation op;
    op.kind = access.access == Access::write ? OpKind::write : OpKind::read;
    op.access = access.access;
    op.object = access.address;
    op.size = access.bytes;
    op.pc = access.pc;
    perform(op);
  }
  if (access_sink_ == nullptr) return;
  HarnessScope harness;
  access_sink_->on_access(*current_, access);
}

unsigned Scheduler::choose(std::string_view label, unsigned n) {
  if (n < 2) return 0;
  HarnessScope harness;
  const unsigned value = chooser_->choose_value(label, n);
  ONHOOK_CHECK(value < n, "the plan chose a value out of range");
  return value;
}

void Scheduler::forget_held(ObjectId lock) {
  const auto take_from = [lock](Thread& thread) {
    const auto it = std::ranges::find(thread.held, lock);
    if (it == thread.held.end()) return false;
    thread.held.erase(it);
    return true;
  };
  if (take_from(*current_)) return;
  for (Thread* thread : live_) {
    if (take_from(*thread)) return;
  }
}

void Scheduler::pause() {
  end_ = End::none;
  Thread& self = *current_;
  self.saved_errno = errno;
  sanitizer::leaving_for_harness(self);
  const ctx::transfer_t transfer = ctx::jump_fcontext(harness_, &self);
  sanitizer::arrived(self);
  harness_ = transfer.fctx;
  errno = self.saved_errno;
}

End Scheduler::run() {
  ONHOOK_CHECK(!threads_.empty(), "a world without threads");
  if (current_ == nullptr) current_ = threads_.front().get();
  end_ = End::none;
  g_inside_world = true;
  sanitizer::leaving_harness(*current_);
  const ctx::transfer_t transfer = ctx::jump_fcontext(current_->context, nullptr);
  sanitizer::arrived_in_harness();
  g_inside_world = false;
  if (auto* paused = static_cast<Thread*>(transfer.data)) paused->context = transfer.fctx;
  if (onhook_debug.active != 0) [[unlikely]]
    current_->context = transfer.fctx;  // its stack can still be looked at
  return end_;
}

void Scheduler::note(StringId actor, StringId verb, StringId detail) {
  HarnessScope harness;
  recorder_->record(step_, *current_, now(), actor, verb, detail);
}

void Scheduler::signal_condition(ObjectId object, bool all) {
  std::vector<Thread*> waiting;
  for (Thread* t : live_) {
    if (t->pending.kind == OpKind::cond_reacquire && t->pending.object == object && !t->signalled &&
        t != current_) {
      waiting.push_back(t);
    }
  }
  if (waiting.empty()) return;
  if (all) {
    for (Thread* t : waiting) t->signalled = true;
    return;
  }
  const unsigned n = static_cast<unsigned>(waiting.size());
  waiting[choose("which waiter wakes", n)]->signalled = true;
}

}  // namespace onhook
