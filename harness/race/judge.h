// SPDX-License-Identifier: GPL-3.0-or-later
// A judge watches executions and says what is wrong with them at the very access, call or end where
// it shows, even if no law of the scenario ever fails because of it: a data race, a use after free,
// a deadlock that was avoided by luck, a leak.
//
// To write one: derive, override what is of interest, call report(); give it a line in the table of
// judges.cc. It is pure: no threads, no input or output, never a look into the memory of the world
// but what it is told of. It lives outside the world and is not restored with it, so it keeps its
// own state in two parts: what is true at on_race_begins() (the set-up is watched too), and what
// came since, which on_execution_begins() has to forget cheaply.
//
// What the callbacks mean is written at Watcher (harness/sched/watcher.h), what can be asked about
// the execution at hand at Scene (scene.h), which is up to date in every callback: a lock that was
// got is among those held, a block allocated is known, one that is being freed is not freed yet.
//
// A finding makes the execution a violation of its law, unless a law of the scenario itself broke.
// The execution goes on; after stop() it ends at once (use after free: what comes then is no
// execution of the program's).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/race/finding.h"
#include "harness/race/scene.h"

namespace onhook {

class Judge {
 public:
  explicit Judge(Scene& scene) : scene_(scene) {}
  virtual ~Judge() = default;
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  virtual void on_race_begins() {}
  virtual void on_execution_begins() {}
  /// The execution is over; what is left (locks held, blocks not freed) is what Scene says.
  virtual void on_execution_ends(End) {}

  virtual void on_spawn(const Thread* /*parent*/, const Thread& /*child*/) {}
  virtual void on_step(const Thread&, const Operation&, Wake) {}
  virtual void on_effect(const Thread&, const Operation&) {}
  virtual void on_lock_request(const Thread&, const LockEvent&) {}
  virtual void on_lock(const Thread&, const LockEvent&) {}
  virtual void on_unlock(const Thread&, const LockEvent&) {}
  virtual void on_refused_unlock(const Thread&, const LockEvent&) {}
  virtual void on_return(const Thread&, std::uintptr_t /*call_site*/) {}
  virtual void on_stuck(const Thread&, const Operation&) {}
  virtual void on_flow(const Thread&, ObjectId, Flow) {}
  virtual void on_access(const Thread&, const PlainAccess&) {}
  virtual void on_atomic(const Thread&, const AtomicAccess&) {}
  virtual void on_fence(const Thread&, MemoryOrder) {}
  virtual void on_descriptor(const Thread&, const DescriptorUse&) {}
  virtual void on_table(const Thread&, const TableUse&) {}
  virtual void on_list_moved(const Thread&, std::uintptr_t /*from*/, std::uintptr_t /*to*/) {}
  virtual void on_allocate(const Thread*, std::uintptr_t /*block*/, std::size_t /*bytes*/) {}
  virtual void on_free(const Thread*, std::uintptr_t /*block*/, std::size_t /*bytes*/) {}

  /// Of this execution so far.
  const std::vector<Finding>& findings() const { return findings_; }
  std::vector<Finding>& findings() { return findings_; }
  std::vector<Finding> take_findings() { return std::move(findings_); }
  void forget_findings() { findings_.clear(); }
  /// "" or why the execution must not go on.
  const std::string& stop_reason() const { return stop_; }
  void clear_stop() { stop_.clear(); }

 protected:
  Scene& scene() { return scene_; }
  const Scene& scene() const { return scene_; }
  void report(Finding finding) { findings_.push_back(std::move(finding)); }
  void stop(std::string why) { stop_ = std::move(why); }

 private:
  Scene& scene_;
  std::vector<Finding> findings_;
  std::string stop_;
};

}  // namespace onhook
