// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/sched/operation.h"

namespace onhook {

const char* to_string(OpKind kind) {
  switch (kind) {
    case OpKind::thread_start:
      return "thread_start";
    case OpKind::thread_exit:
      return "thread_exit";
    case OpKind::thread_join:
      return "thread_join";
    case OpKind::lock:
      return "lock";
    case OpKind::try_lock:
      return "try_lock";
    case OpKind::unlock:
      return "unlock";
    case OpKind::read_lock:
      return "read_lock";
    case OpKind::cond_release:
      return "cond_release";
    case OpKind::cond_reacquire:
      return "cond_reacquire";
    case OpKind::signal:
      return "signal";
    case OpKind::broadcast:
      return "broadcast";
    case OpKind::sem_wait:
      return "sem_wait";
    case OpKind::sem_post:
      return "sem_post";
    case OpKind::queue_push:
      return "queue_push";
    case OpKind::queue_pop:
      return "queue_pop";
    case OpKind::atomic_load:
      return "atomic_load";
    case OpKind::atomic_store:
      return "atomic_store";
    case OpKind::atomic_rmw:
      return "atomic_rmw";
    case OpKind::read:
      return "read";
    case OpKind::write:
      return "write";
    case OpKind::poll:
      return "poll";
    case OpKind::io:
      return "io";
    case OpKind::sleep:
      return "sleep";
    case OpKind::announce:
      return "announce";
    case OpKind::yield:
      return "yield";
  }
  return "?";
}

}  // namespace onhook
