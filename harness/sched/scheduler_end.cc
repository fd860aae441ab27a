// SPDX-License-Identifier: GPL-3.0-or-later
// How a thread ends, and an execution.
#include <algorithm>
#include <cstdlib>

#include "harness/base/check.h"
#include "harness/base/strings.h"
#include "harness/sched/fiber_sanitizer.h"
#include "harness/sched/passing_time.h"
#include "harness/sched/scheduler.h"
#include "harness/sched/watcher.h"

namespace onhook {

namespace ctx = boost::context::detail;

namespace {

const StringId kExits = intern("exits");

}  // namespace

void Scheduler::exit_thread(void* value) {
  Thread& self = *current_;
  self.exit_value = value;
  Operation op;
  op.kind = OpKind::thread_exit;
  op.access = Access::write;
  op.object = self.key;
  op.verb = kExits;
  perform(op);
  retire();
}

void Scheduler::retire() {
  Thread& self = *current_;
  self.finished = true;
  self.body = nullptr;  // what it was made with is not its any more
  std::erase(live_, &self);
  switch_to_next();
  ONHOOK_CHECK(false, "a finished thread was resumed");
  std::abort();
}

void Scheduler::tell_blocked(const Thread* apart_from) {
  for (const Thread* thread : live_) {
    if (thread == apart_from || only_time_ends(thread->pending) || is_ready(*thread)) continue;
    HarnessScope harness;
    chooser_->on_blocked(*thread);
  }
}

void Scheduler::tell_stuck() {
  for (const Thread* thread : live_) {
    if (is_ready(*thread) || only_time_ends(thread->pending)) continue;
    HarnessScope harness;
    g_watcher->on_stuck(*thread, thread->pending);
  }
}

void Scheduler::leave(End end) {
  end_ = end;
  if (end == End::quiescent || is_deadlock(end) || end == End::settled ||
      end == End::order_blocked || is_cut(end)) {
    tell_blocked(nullptr);
  }
  if (is_deadlock(end) && g_watcher != nullptr) tell_stuck();
  clock_.time_the_moments();
  for (const Thread* thread : live_) {
    if (thread->timer == TimeZone::kNone || !clock_.zone().may_fire_now(thread->timer)) continue;
    HarnessScope harness;
    chooser_->on_call_off(*thread);
  }
  // The context is lost on purpose: the world is restored or dropped, never resumed here. What is
  // kept is how far its stack is in use.
  current_->context = __builtin_frame_address(0);
  sanitizer::leaving_for_harness(*current_);
  ctx::jump_fcontext(harness_, nullptr);
  ONHOOK_CHECK(false, "an ended execution was resumed");
  std::abort();
}

void Scheduler::end_from_inside(End end, std::string_view why) {
  why_ = why;
  leave(end);
}

}  // namespace onhook
