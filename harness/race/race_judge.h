// SPDX-License-Identifier: GPL-3.0-or-later
// Law RACE: two threads touch the same memory, at least one writes, not both atomically, and
// nothing that the code does orders them (C17 5.1.2.4 paragraph 25). Freeing a block is a write to
// all of it.
//
// Flanagan and Freund: "FastTrack: efficient and precise dynamic race detection", PLDI 2009: an
// access is remembered as an epoch of its thread. Here each 8 bytes keep every access that no later
// one makes superfluous (its section 3 keeps one write, and reads only while they are concurrent),
// byte by byte, so a race is found with each of the threads that take part in it.
#pragma once

#include <unordered_set>

#include "harness/race/happens_before.h"
#include "harness/race/judge.h"
#include "harness/race/shadow_memory.h"

namespace onhook {

class RaceJudge : public Judge {
 public:
  using Judge::Judge;

  void on_race_begins() override;
  void on_execution_begins() override;

  void on_spawn(const Thread* parent, const Thread& child) override;
  void on_step(const Thread&, const Operation&, Wake) override;
  void on_lock(const Thread& t, const LockEvent& e) override { order_.on_lock(t, e); }
  void on_unlock(const Thread& t, const LockEvent& e) override { order_.on_unlock(t, e); }
  void on_flow(const Thread& t, ObjectId object, Flow flow) override {
    order_.on_flow(t, object, flow);
  }
  void on_access(const Thread&, const PlainAccess&) override;
  void on_atomic(const Thread&, const AtomicAccess&) override;
  void on_fence(const Thread& t, MemoryOrder order) override { order_.on_fence(t, order); }
  void on_free(const Thread*, std::uintptr_t block, std::size_t bytes) override;

 protected:
  /// Every time that a race shows. `fresh`: these two instructions have not raced before in this
  /// execution, and the finding was reported right now.
  virtual void on_race(const ShadowRecord& /*earlier*/, const ShadowRecord& /*later*/,
                       std::uintptr_t /*word*/, bool /*fresh*/) {}
  const HappensBefore& order() const { return order_; }

 private:
  /// Stacks are used again when their thread is gone; each use is memory of its own.
  struct StackUse {
    std::uintptr_t begin;
    std::uintptr_t end;
    std::uint32_t uses;
  };
  void touch(std::uintptr_t address, std::size_t bytes, const ShadowRecord& record);
  void touch_word(ShadowMemory::Cell& cell, std::uintptr_t word, const ShadowRecord& record);
  void accuse(const ShadowRecord& earlier, const ShadowRecord& later, std::uintptr_t word);
  Deed deed_of(const ShadowRecord& record, std::uintptr_t word);
  std::uintptr_t use_of_stack(std::uintptr_t address) const;

  HappensBefore order_;
  ShadowMemory shadow_;
  std::vector<StackUse> stacks_, stacks_at_race_;
  std::uintptr_t stacks_begin_ = ~std::uintptr_t{0};
  std::uintptr_t stacks_end_ = 0;
  std::unordered_set<std::uint64_t> accused_;  ///< pairs of instructions, in this execution
};

}  // namespace onhook
