// SPDX-License-Identifier: GPL-3.0-or-later
// What every judge may ask about the execution at hand: names of threads, call stacks, locks held,
// blocks of the heap and where they were allocated and freed, the step and the virtual time.
//
// Judges (judges.h) keeps it up to date and brings it back to the state before the race; it lives
// outside the world.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/race/call_stacks.h"
#include "harness/race/finding.h"
#include "harness/race/world_view.h"
#include "harness/sched/watcher.h"

namespace onhook {

/// A set of locks that a thread held, as a number.
using LockSetId = std::uint32_t;

/// A place in an execution, as cheap to keep as can be; Scene::deed() makes it readable.
struct Moment {
  ThreadId thread = kNoThread;
  StackId stack = kNoStack;
  std::uintptr_t pc = 0;
  std::uint32_t step = 0;
  LockSetId locks = 0;
};

struct HeldLock {
  ObjectId lock = kNoObject;
  LockMode mode = LockMode::exclusive;
  Moment got;
};

class Scene {
 public:
  // For judges -----------------------------------------------------------------------------------

  /// Where `thread` is now; `pc` as of an access.
  Moment moment(const Thread& thread, std::uintptr_t pc) {
    return {thread.id, stacks_.current(thread), pc, step_, lock_set(thread.id)};
  }
  /// A moment of this execution in words. `what`: Deed::what.
  Deed deed(std::string what, const Moment& moment, std::uintptr_t address = 0,
            std::uint32_t bytes = 0) const;
  /// The same, now.
  Deed deed_now(std::string what, const Thread& thread, std::uintptr_t pc,
                std::uintptr_t address = 0, std::uint32_t bytes = 0);

  /// Was the moment in the call that `thread` has made, from where it is now, at this place?
  bool is_inside(const Moment& moment, const Thread& thread, std::uintptr_t call_site) {
    return stacks_.is_inside(moment.stack, stacks_.current(thread), call_site);
  }

  const std::vector<HeldLock>& held(ThreadId thread) const;
  LockSetId lock_set(ThreadId thread) const {
    return thread < now_.lock_sets.size() ? now_.lock_sets[thread] : 0;
  }
  const std::vector<ObjectId>& locks_in(LockSetId set) const { return lock_sets_[set]; }
  const std::string& name_of(ThreadId thread) const { return now_.names.at(thread); }
  std::size_t threads() const { return now_.names.size(); }
  std::uint32_t step() const { return step_; }
  TimeNs time() const { return times_.empty() ? 0 : times_.back().time; }

  /// A block of the world's heap, living or freed in this execution.
  struct BlockState {
    std::size_t bytes = 0;
    Moment allocated;
    bool is_freed = false;
    Moment freed = {};
  };
  /// The block that holds `address`, and where it begins; null: none does.
  const BlockState* block_at(std::uintptr_t address, std::uintptr_t* begin = nullptr) const;
  std::optional<Block> block(std::uintptr_t address) const;
  /// The block whose end or beginning is nearest to an address in none.
  std::optional<Block> block_near(std::uintptr_t address) const;
  /// In the world's heap, where all memory belongs to blocks or to nobody.
  bool in_heap(std::uintptr_t address) const { return address - heap_ < heap_bytes_; }
  /// All of them: by address, those of the set-up and those since.
  template <class Visit>
  void each_block(Visit visit) const {
    for (const auto* blocks : {&blocks_, &fresh_blocks_}) {
      for (const auto& [begin, block] : *blocks) visit(begin, block);
    }
  }

  /// Null: nothing of the world can be read.
  const WorldView* view() const { return view_; }

  // For Judges and the world alone ---------------------------------------------------------------

  /// It outlives the scene.
  void set_view(const WorldView& view) { view_ = &view; }
  void set_heap(std::uintptr_t begin, std::size_t bytes) {
    heap_ = begin;
    heap_bytes_ = bytes;
  }

  void on_race_begins();
  void on_execution_begins();
  void on_spawn(const Thread& child);
  void on_step(std::uint32_t step, TimeNs now);
  void on_lock(const Thread& thread, const LockEvent& event);
  void on_unlock(const Thread& thread, const LockEvent& event);
  void on_allocate(const Thread* thread, std::uintptr_t block, std::size_t bytes);
  void on_free(const Thread* thread, std::uintptr_t block);

 private:
  using Blocks = std::map<std::uintptr_t, BlockState>;
  Moment moment_of(const Thread* thread);
  void held_changed(ThreadId thread);
  TimeNs time_of(std::uint32_t step) const;
  Block described(std::uintptr_t begin, const BlockState& state) const;
  static const BlockState* find(const Blocks& blocks, std::uintptr_t address,
                                std::uintptr_t* begin);

  struct State {
    std::vector<std::string> names;           ///< by thread
    std::vector<std::vector<HeldLock>> held;  ///< by thread, in the order in which they were got
    std::vector<LockSetId> lock_sets;         ///< by thread
  };
  /// From this step on it was this time.
  struct Instant {
    std::uint32_t step;
    TimeNs time;
  };

  CallStacks stacks_;
  std::vector<std::vector<ObjectId>> lock_sets_ = {{}};  ///< the first is the empty one
  std::map<std::vector<ObjectId>, LockSetId> lock_set_ids_ = {{{}, 0}};
  State now_, at_race_;
  std::vector<Instant> times_;
  std::size_t times_at_race_ = 0;
  Blocks blocks_;                            ///< of the set-up
  Blocks fresh_blocks_;                      ///< since
  std::vector<std::uintptr_t> freed_since_;  ///< of blocks_
  const WorldView* view_ = nullptr;
  std::uintptr_t heap_ = 0;
  std::size_t heap_bytes_ = 0;
  bool racing_ = false;
  std::uint32_t step_ = 0;
};

}  // namespace onhook
