// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/sched/waiting.h"

#include <algorithm>
#include <vector>

namespace onhook {

bool somebody_waits_for_a_lock(std::span<Thread* const> live) {
  return std::ranges::any_of(live, [](const Thread* t) {
    switch (t->pending.kind) {
      case OpKind::lock:
      case OpKind::read_lock:
      case OpKind::thread_join:
        return true;
      case OpKind::cond_reacquire:
      case OpKind::sem_wait:
        return !t->daemon;
      default:
        return false;
    }
  });
}

namespace {

bool is_lock_wait(const Thread& t) {
  return t.pending.kind == OpKind::lock || t.pending.kind == OpKind::read_lock ||
         (t.pending.kind == OpKind::cond_reacquire && t.signalled);
}

bool waits_for(const Thread& waiter, const Thread& other) {
  if (waiter.pending.kind == OpKind::thread_join) return waiter.pending.object == other.key;
  if (!is_lock_wait(waiter)) return false;
  const bool again = waiter.pending.kind == OpKind::cond_reacquire;
  const ObjectId lock = again ? waiter.pending.object2 : waiter.pending.object;
  return std::ranges::find(other.held, lock) != other.held.end();
}

/// All that `first` waits for, over however many.
std::vector<const Thread*> reached_from(const Thread& first, std::span<Thread* const> live) {
  std::vector<const Thread*> reached;
  const auto add = [&](const Thread& waiter) {
    for (const Thread* t : live) {
      if (waits_for(waiter, *t) && std::ranges::find(reached, t) == reached.end()) {
        reached.push_back(t);
      }
    }
  };
  add(first);
  for (std::size_t i = 0; i < reached.size(); ++i) add(*reached[i]);
  return reached;
}

}  // namespace

bool wait_in_a_circle(std::span<Thread* const> live) {
  return std::ranges::any_of(live, [&](const Thread* t) {
    if (!is_lock_wait(*t)) return false;
    const std::vector<const Thread*> reached = reached_from(*t, live);
    return std::ranges::find(reached, t) != reached.end();
  });
}

std::string waiters(std::span<Thread* const> live) {
  std::string text;
  for (const Thread* t : live) {
    const char* what = nullptr;
    switch (t->pending.kind) {
      case OpKind::lock:
      case OpKind::read_lock:
        what = "a lock";
        break;
      case OpKind::thread_join:
        what = "the end of a thread";
        break;
      case OpKind::cond_reacquire:
        what = t->daemon ? nullptr : "a condition";
        break;
      case OpKind::sem_wait:
        what = t->daemon ? nullptr : "a semaphore or barrier";
        break;
      default:
        break;
    }
    if (what == nullptr) continue;
    text += (text.empty() ? "" : "; ") + t->name + " waits for " + what;
    for (const Thread* holder : live) {
      if (std::ranges::find(holder->held, t->pending.object) == holder->held.end()) continue;
      text += holder == t ? " that it holds itself" : " that " + holder->name + " holds";
    }
  }
  return text;
}

}  // namespace onhook
