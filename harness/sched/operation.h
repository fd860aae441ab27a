// SPDX-License-Identifier: GPL-3.0-or-later
// A visible operation: what a thread is about to do to something that others can see. A thread
// announces its operation and is suspended; the scheduler decides when it happens. Between two
// visible operations a thread runs undisturbed.
#pragma once

#include <cstdint>
#include <span>

#include "harness/base/ids.h"

namespace onhook {

enum class OpKind : std::uint8_t {
  thread_start,    ///< first step of a new thread
  thread_exit,     ///< object: the thread's own join object
  thread_join,     ///< blocks until the thread of `object` has exited
  lock,            ///< exclusive; blocks while held
  try_lock,        ///< never blocks
  unlock,          ///< never a switch point unless somebody uses try_lock (see scheduler.cc)
  read_lock,       ///< shared side of a reader-writer lock
  cond_release,    ///< condition wait, first half: gives the mutex back
  cond_reacquire,  ///< second half: signalled (or timed out) and the mutex free
  signal,
  broadcast,
  sem_wait,
  sem_post,
  queue_push,
  queue_pop,
  atomic_load,
  atomic_store,
  atomic_rmw,
  read,  ///< plain memory, only where a data race was found
  write,
  poll,      ///< waits on kernel objects
  io,        ///< reads or writes a kernel object
  sleep,     ///< only time can end it
  announce,  ///< a fake's or an actor's step
  yield,     ///< the thread gives way (sched_yield, a poll of 0): others go first
};

/// How an operation meets its object. Two operations on one object are dependent unless both read.
enum class Access : std::uint8_t { none, read, write };

/// A time window relative to the moment the operation is announced; see fakes/env.h Window. Or a
/// point of absolute time, for what was computed from the clock.
struct Timer {
  TimeNs earliest = kForever;
  TimeNs latest = kForever;
  bool absolute = false;  ///< both are one point of absolute time
  bool armed() const { return earliest != kForever; }
};

/// Memory that a call of the code under test touches beside Operation::object.
struct TouchedRange {
  ObjectId object = 0;
  std::uint32_t size = 0;
  Access access = Access::read;
};

struct Operation {
  OpKind kind = OpKind::yield;
  Access access = Access::none;
  std::uint32_t size = 0;  ///< bytes, for memory accesses
  ObjectId object = 0;
  ObjectId object2 = 0;  ///< cond_reacquire: the mutex
  std::span<const ObjectId> more =
      {};  ///< poll: the objects beyond the first; lives until it happens
  std::span<const TouchedRange> ranges =
      {};  ///< read, write: the ranges beyond the first, likewise

  /// Blocks until ready(context) is true; null: never blocks (kinds with a built-in rule apart).
  bool (*ready)(void* context) = nullptr;
  void* context = nullptr;

  /// sem_post, queue_push: could somebody who waits for the object go on without this step? Asked
  /// right before it happens; null: not known.
  bool (*open)(void* context) = nullptr;

  /// Ends the wait with Wake::timeout. For sleep and announce: when the step happens.
  Timer timer = {};

  StringId actor = 0;  ///< announce: what events match and ladders print
  StringId verb = 0;
  StringId detail = 0;
  bool told_later = false;  ///< who performs it notes what it was, after it

  /// Return address of the instruction that does it, where the instrumentation knows it; else 0.
  std::uintptr_t pc = 0;
};

/// For ladders and error messages: "lock", "atomic_rmw", ...
const char* to_string(OpKind kind);

}  // namespace onhook
