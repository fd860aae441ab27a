// SPDX-License-Identifier: GPL-3.0-or-later
// The memory of the world: one arena at a fixed address for everything that the plugin, the
// libraries below it, the fakes and the scheduler allocate, and for the fibers' stacks. Same
// schedule, same addresses, in every process.
//
// Blocks are handed out upwards and never handed out again inside one execution, so that a use
// after free meets its own block and no address means two things; restoring the snapshot gives
// everything back at once. A fresh block is filled with kFreshByte: reading it uninitialised
// repeats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "harness/sched/scheduler.h"

namespace onhook {

class WorldMemory : public StackSource {
 public:
  /// Above every place where the kernel puts an executable, and where the sanitizers let memory be.
  static constexpr std::uintptr_t kBase = 0x5660'0000'0000;
  /// For the set-up, and for what does not fit elsewhere.
  static constexpr std::size_t kCommonBytes = std::size_t{1} << 30;
  /// Each thread of the race has a region of its own, found by its key: so a block has the same
  /// address whichever thread allocates first, and what two executions touch can be compared.
  static constexpr std::size_t kRegions = std::size_t{1} << 16;
  static constexpr std::size_t kRegionBytes = std::size_t{1} << 20;
  static constexpr std::size_t kHeapBytes = kCommonBytes + kRegions * kRegionBytes;
  static constexpr std::size_t kStackSlots = 1024;
  static constexpr std::size_t kStackBytes = 256 * 1024;  ///< one slot; its lowest page is a guard
  static constexpr std::size_t kBytes = kHeapBytes + kStackSlots * kStackBytes;
  static constexpr unsigned char kFreshByte = 0xbe;
  static constexpr unsigned char kFreedByte = 0xdf;

  /// Reserves the arena; once a process. Ends the process when the address range is taken.
  static WorldMemory& create();
  /// Null before create().
  static WorldMemory* get();

  static bool contains(const void* p) {
    return reinterpret_cast<std::uintptr_t>(p) - kBase < kBytes;
  }
  static bool in_heap(const void* p) {
    return reinterpret_cast<std::uintptr_t>(p) - kBase < kHeapBytes;
  }

  /// What stands before every block.
  struct alignas(16) Header {
    std::uint64_t bytes;
    std::uint32_t magic;
    std::uint32_t number;  ///< nth allocation of the world
  };
  static constexpr std::uint32_t kLive = 0x11fe0b1c;
  static constexpr std::uint32_t kFreed = 0xdead0b1c;

  /// Whose block it is: the code's under test and its libraries', or the harness's and the fakes'.
  enum class Owner : std::uint8_t { code, harness };

  void* allocate(std::size_t bytes, std::size_t alignment = 16, Owner owner = Owner::code);
  /// Double frees and pointers that are no block end the execution as a fault.
  void release(void* block, Owner owner = Owner::code);
  static Header& header_of(void* block) { return static_cast<Header*>(block)[-1]; }
  /// Living.
  static bool is_block(void* block) { return header_of(block).magic == kLive; }

  char* take(std::size_t& bytes) override;
  void give_back(char* stack) override;

  /// From now on threads allocate in their own regions.
  void begin_race() { state().racing = true; }
  static bool is_stack_guard(std::uintptr_t address);
  /// From now on no thread gets the stack of one that is gone: for those who remember memory by its
  /// address alone.
  static void use_stacks_once();

 private:
  WorldMemory() = default;
  /// At the very start of the arena, so that it is restored with the rest.
  struct State {
    std::uintptr_t next;
    bool racing;
    std::uint32_t blocks;
    std::uint32_t stacks_made;
    std::uint32_t free_stacks;
    std::uint16_t free_stack[kStackSlots];
  };
  /// At the beginning of a thread's region. All zero: not in use.
  struct Region {
    std::uint64_t key;
    std::uintptr_t next;
  };
  static Region& region_of(std::uint64_t key);
  static State& state() { return *reinterpret_cast<State*>(kBase); }
};

/// While one lives, memory comes from the world's heap though no thread of the world runs: for
/// building the scheduler and what belongs to it.
class WorldHeapScope {
 public:
  WorldHeapScope() : was_(g_inside_world) { g_inside_world = true; }
  ~WorldHeapScope() { g_inside_world = was_; }
  WorldHeapScope(const WorldHeapScope&) = delete;
  WorldHeapScope& operator=(const WorldHeapScope&) = delete;

 private:
  bool was_;
};

}  // namespace onhook
