// SPDX-License-Identifier: GPL-3.0-or-later
// What an execution does, told while it happens to whoever judges it (harness/race/judge.h): the
// steps that the Chooser hears of, and what is finer than a step: locks as they are got and given
// back, memory as it is touched, allocated and freed, what one thread hands to another.
//
// Everything is told right before it happens unless said otherwise, and nobody else runs between
// the two. A watcher lives outside the world and is called in a HarnessScope. With none the cost is
// one branch: every place that tells asks g_watcher first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/sched/access_points.h"
#include "harness/sched/scheduler.h"

namespace onhook {

enum class LockMode : std::uint8_t { exclusive, shared };

/// A mutex, spin lock or reader-writer lock.
struct LockEvent {
  ObjectId lock = kNoObject;
  LockMode mode = LockMode::exclusive;
  std::uintptr_t pc = 0;  ///< return address of the call, 0 unknown
  bool wait = false;      ///< a condition's wait gives it back or takes it again
  bool timed = false;     ///< of a request: it is given up after some time
};

enum class MemoryOrder : std::uint8_t { relaxed, acquire, release, acq_rel, seq_cst };

enum class AtomicKind : std::uint8_t { load, store, rmw };

/// An atomic operation; a compare-and-swap that fails is a load.
struct AtomicAccess {
  std::uintptr_t address = 0;
  std::uint32_t bytes = 0;
  AtomicKind kind = AtomicKind::load;
  MemoryOrder order = MemoryOrder::seq_cst;
  std::uintptr_t pc = 0;
};

/// A thread leaves in an object what it knows, or learns what others have left there: a semaphore,
/// a queue, the bytes in a pipe. Locks and atomics are told by themselves.
enum class Flow : std::uint8_t { gives, takes };

enum class DescriptorAct : std::uint8_t { opens, uses, closes };

/// A call that makes, uses or closes a descriptor's number. Opening is told after it, the others
/// before, whether the number is open or not.
struct DescriptorUse {
  DescriptorAct act = DescriptorAct::uses;
  int fd = -1;
  const char* call = "";  ///< "send"; lives for ever
  std::string_view kind;  ///< opens: of what, "udp socket"; lives for ever
};

enum class TableAct : std::uint8_t { reads, changes, ends };

/// Of a list its head stands for it, which changes.
enum class TableKind : std::uint8_t { table, list };

/// The code under test calls a function of GLib's on a hash table, a list, a queue or an array.
struct TableUse {
  std::uintptr_t table = 0;  ///< 0: an empty list
  TableAct act = TableAct::reads;
  TableKind kind = TableKind::table;
  const char* call = "";  ///< "g_hash_table_insert"; lives for ever
  std::uintptr_t pc = 0;
};

class Watcher {
 public:
  virtual ~Watcher() = default;

  /// A thread is made; `parent` is null for the first one.
  virtual void on_spawn(const Thread* parent, const Thread& child) = 0;
  /// A visible step, as for Chooser::on_step; `step` is its number.
  virtual void on_step(const Thread&, const Operation&, Wake, std::uint32_t step, TimeNs now) = 0;
  /// As for Chooser::on_effect.
  virtual void on_effect(const Thread&, const Operation&) = 0;

  /// It is going to wait for the lock as long as somebody has it. What never waits is not told.
  virtual void on_lock_request(const Thread&, const LockEvent&) = 0;
  virtual void on_lock(const Thread&, const LockEvent&) = 0;  ///< it has got it
  virtual void on_unlock(const Thread&, const LockEvent&) = 0;
  /// It gave a lock back that it does not have, and was told so.
  virtual void on_refused_unlock(const Thread&, const LockEvent&) = 0;
  virtual void on_flow(const Thread&, ObjectId object, Flow) = 0;

  /// It has returned from a function of the code under test to code that is not, which had called
  /// it from there.
  virtual void on_return(const Thread&, std::uintptr_t call_site) = 0;
  /// A deadlock: nobody can go on, and it waits for this in vain.
  virtual void on_stuck(const Thread&, const Operation&) = 0;

  virtual void on_access(const Thread&, const PlainAccess&) = 0;
  virtual void on_atomic(const Thread&, const AtomicAccess&) = 0;
  virtual void on_fence(const Thread&, MemoryOrder) = 0;

  virtual void on_descriptor(const Thread&, const DescriptorUse&) = 0;

  virtual void on_table(const Thread&, const TableUse&) = 0;
  /// After a call on a list, which begins there now; 0: it was or is empty.
  virtual void on_list_moved(const Thread&, std::uintptr_t from, std::uintptr_t to) = 0;

  /// After it was allocated. `thread` is null when it is the harness's or a fake's own.
  virtual void on_allocate(const Thread* thread, std::uintptr_t block, std::size_t bytes) = 0;
  /// Before it is freed; a pointer that is no living block as well (`bytes` 0).
  virtual void on_free(const Thread* thread, std::uintptr_t block, std::size_t bytes) = 0;

  /// Set by a watcher: the execution must not go on (End::judged, with this as the reason).
  std::string stop;
  bool is_obeyed = false;  ///< the execution is ending
};

/// The watcher of the world; null: nobody watches. Not restored with the world.
extern Watcher* g_watcher;

/// Ends the execution if the watcher wants it to.
void obey_watcher();

/// `tell(watcher, thread)` if somebody watches and a thread of the world runs.
template <class Tell>
inline void tell_watcher(Tell tell) {
  if (g_watcher == nullptr) [[likely]]
    return;
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) return;
  {
    HarnessScope harness;
    tell(*g_watcher, static_cast<const Thread&>(scheduler->current()));
  }
  if (!g_watcher->stop.empty()) [[unlikely]]
    obey_watcher();
}

inline void tell_lock_request(const void* lock, LockMode mode, std::uintptr_t pc,
                              bool timed = false) {
  tell_watcher([&](Watcher& w, const Thread& t) {
    w.on_lock_request(t, {reinterpret_cast<ObjectId>(lock), mode, pc, false, timed});
  });
}

inline void tell_lock(const void* lock, LockMode mode, std::uintptr_t pc, bool wait = false) {
  tell_watcher([&](Watcher& w, const Thread& t) {
    w.on_lock(t, {reinterpret_cast<ObjectId>(lock), mode, pc, wait});
  });
}

inline void tell_unlock(const void* lock, LockMode mode, std::uintptr_t pc, bool wait = false) {
  tell_watcher([&](Watcher& w, const Thread& t) {
    w.on_unlock(t, {reinterpret_cast<ObjectId>(lock), mode, pc, wait});
  });
}

inline void tell_refused_unlock(const void* lock, LockMode mode, std::uintptr_t pc) {
  tell_watcher([&](Watcher& w, const Thread& t) {
    w.on_refused_unlock(t, {reinterpret_cast<ObjectId>(lock), mode, pc});
  });
}

inline void tell_flow(ObjectId object, Flow flow) {
  tell_watcher([&](Watcher& w, const Thread& t) { w.on_flow(t, object, flow); });
}

inline void tell_flow(const void* object, Flow flow) {
  tell_flow(reinterpret_cast<ObjectId>(object), flow);
}

/// A function of libc's or GLib's, called by the code under test, reads or writes a range.
inline void tell_range(const void* address, std::size_t bytes, Access access, std::uintptr_t pc) {
  if (bytes == 0) return;
  tell_watcher([&](Watcher& w, const Thread& t) {
    w.on_access(t, {reinterpret_cast<std::uintptr_t>(address), static_cast<std::uint32_t>(bytes),
                    access, pc, true});
  });
}

}  // namespace onhook
