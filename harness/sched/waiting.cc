// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/sched/waiting.h"

#include <algorithm>

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
