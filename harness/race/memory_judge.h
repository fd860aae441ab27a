// SPDX-License-Identifier: GPL-3.0-or-later
// Law MEMORY: nothing touches a freed block, or memory of the heap outside of any block; only
// living blocks are freed, once. A lock is memory too: asking for one and giving it back touch it.
//
// The heap gives no block out twice in an execution, and at least 16 bytes before and behind each
// belong to nobody. An access that jumps over them into another living block is not seen.
//
// After a use of freed memory, a write out of bounds or a wrong free the execution ends: from there
// on it would depend on what the allocator happens to do. A read out of bounds is told once for
// each instruction, and the execution goes on.
#pragma once

#include <unordered_set>

#include "harness/race/judge.h"

namespace onhook {

class MemoryJudge : public Judge {
 public:
  using Judge::Judge;

  void on_execution_begins() override { told_.clear(); }
  void on_access(const Thread&, const PlainAccess&) override;
  void on_atomic(const Thread&, const AtomicAccess&) override;
  void on_lock_request(const Thread&, const LockEvent&) override;
  void on_unlock(const Thread&, const LockEvent&) override;
  void on_refused_unlock(const Thread& thread, const LockEvent& event) override {
    on_unlock(thread, event);
  }
  void on_free(const Thread*, std::uintptr_t block, std::size_t bytes) override;

 private:
  struct Touch {
    std::uintptr_t address;
    std::uint32_t bytes;
    Access access;
    bool atomic;
    std::uintptr_t pc;
    const char* deed = nullptr;  ///< of a lock, in words
  };
  void look(const Thread& thread, const Touch& touch);
  void accuse(const Thread& thread, const Touch& touch);

  std::unordered_set<std::uintptr_t> told_;  ///< reads out of bounds, by instruction
};

}  // namespace onhook
