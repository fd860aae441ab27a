// SPDX-License-Identifier: GPL-3.0-or-later
// Law LOCK, and the words of a deadlock:
// - a thread waits for a lock that it holds itself;
// - it gives a lock back that it does not hold, somebody else's or nobody's;
// - it ends with a lock held, or returns with one from a function that other code called, the core
//   or a library, also while that is called itself;
// - threads take locks in a circle, so that each could wait for the next (lock_order.h), whether
//   they do in this execution or not;
// - a deadlock: who waits where for whom, and where that one got what it has. It breaks LOCK if
//   they wait in a circle, for themselves included (harness/sched/waiting.h); else the verdict
//   stays `deadlock`, as of a condition that nobody signals.
//
// Two requests are kept apart by whatever orders threads but the locks that are taken inside each
// other: those would always look as if they did. Waits that end after a time are no deadlocks.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/race/happens_before.h"
#include "harness/race/judge.h"
#include "harness/race/lock_order.h"

namespace onhook {

class LockJudge : public Judge {
 public:
  using Judge::Judge;

  void on_race_begins() override;
  void on_execution_begins() override;
  void on_execution_ends(End end) override;

  void on_spawn(const Thread* parent, const Thread& child) override;
  void on_step(const Thread& thread, const Operation& op, Wake) override;
  void on_lock_request(const Thread& thread, const LockEvent& event) override;
  void on_lock(const Thread& thread, const LockEvent& event) override;
  void on_unlock(const Thread& thread, const LockEvent& event) override;
  void on_refused_unlock(const Thread& thread, const LockEvent& event) override;
  void on_return(const Thread& thread, std::uintptr_t call_site) override;
  void on_stuck(const Thread& thread, const Operation& op) override;
  void on_flow(const Thread& t, ObjectId object, Flow flow) override {
    order_.on_flow(t, object, flow);
  }
  void on_atomic(const Thread& t, const AtomicAccess& a) override { order_.on_atomic(t, a); }
  void on_fence(const Thread& t, MemoryOrder order) override { order_.on_fence(t, order); }

  // For whoever puts executions together (harness/explore/lock_recorder.h), after one has ended.
  // ---

  const LockOrder& lock_order() const { return lock_order_; }
  std::uint64_t key_of(ThreadId thread) const { return keys_.at(thread); }
  /// So many threads there were.
  std::size_t threads() const { return births_.size(); }
  /// Whether the edge comes after the end of that other thread or before its beginning; else it may
  /// meet it.
  bool is_apart(const LockEdge& edge, ThreadId other) const;
  /// Two deeds: that the thread locked what it holds, and what it then locks.
  std::vector<Deed> deeds_of(const LockEdge& edge) const;
  std::optional<Block> block_of(ObjectId lock) const { return scene().block(lock); }

 private:
  /// What a thread waits for when nobody can go on.
  struct Wait {
    Moment at;
    OpKind kind;
    ObjectId lock;        ///< kNoObject: no lock
    std::uint64_t ended;  ///< key of the thread whose end it waits for
    bool daemon;
  };
  /// A thread that waits for itself: a deadlock says so, too, if it comes to that.
  struct SelfWait {
    ThreadId thread;
    Finding finding;
  };

  void complain(std::string message, ObjectId lock, std::vector<Deed> deeds);
  void complain_of_circle(const LockCircle& circle);
  void complain_of_held(const Thread& thread, const HeldLock& held, const char* doing);
  void complain_of_unlock(const Thread& thread, const LockEvent& event);
  Deed lock_deed(std::string what, const Moment& moment, ObjectId lock) const;
  const HeldLock* holding(ThreadId thread, ObjectId lock);
  ThreadId holder_of(ObjectId lock);
  const Wait* wait_of(ThreadId thread) const;
  std::vector<ThreadId> blockers_of(const Wait& wait);
  bool close_circle(std::vector<ThreadId>& path);
  std::vector<ThreadId> deadlocked();
  Finding deadlock(const std::vector<ThreadId>& threads, bool breaks_lock, bool is_circle);

  HappensBefore order_;
  LockOrder lock_order_;
  std::set<ObjectId> nested_, nested_at_race_;  ///< locks that were taken inside others, or around
  std::vector<std::uint64_t> keys_, keys_at_race_;         ///< of the threads
  std::vector<VectorClock> births_, births_at_race_;       ///< what each thread knew when it began
  std::map<ThreadId, std::uint32_t> ends_, ends_at_race_;  ///< the thread's own time at its end
  std::set<std::pair<ThreadId, ObjectId>> told_held_;
  std::set<std::vector<std::uintptr_t>> told_circles_;
  std::vector<SelfWait> self_waits_;
  std::vector<std::pair<ThreadId, Wait>> stuck_;
};

}  // namespace onhook
