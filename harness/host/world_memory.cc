// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/world_memory.h"

#include <sys/mman.h>

#include <cstring>

#include "harness/base/check.h"
#include "harness/host/field_watch.h"
#include "harness/sched/watcher.h"

namespace onhook {
namespace {

WorldMemory* g_memory = nullptr;
bool g_stacks_once = false;
alignas(WorldMemory) unsigned char g_place[sizeof(WorldMemory)];

constexpr std::uintptr_t kStacks = WorldMemory::kBase + WorldMemory::kHeapBytes;
constexpr std::size_t kPage = 4096;

/// Who allocates or frees in the code's name; null for the harness and the fakes.
const Thread* allocating_thread(WorldMemory::Owner owner) {
  if (owner == WorldMemory::Owner::harness) return nullptr;
  Scheduler* scheduler = current_scheduler();
  return scheduler != nullptr ? &scheduler->current() : nullptr;
}

/// `tell(thread)` to the watcher, as somebody outside of the world.
template <class Tell>
void tell_about_block(WorldMemory::Owner owner, Tell tell) {
  const Thread* thread = allocating_thread(owner);
  {
    HarnessScope harness;
    tell(*g_watcher, thread);
  }
  if (thread != nullptr && !g_watcher->stop.empty()) obey_watcher();
}

std::uintptr_t round_up(std::uintptr_t value, std::size_t to) {
  return (value + to - 1) & ~(to - 1);
}

}  // namespace

WorldMemory& WorldMemory::create() {
  ONHOOK_CHECK(g_memory == nullptr, "one world a process");
  void* at = ::mmap(reinterpret_cast<void*>(kBase), kBytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  ONHOOK_CHECK(at == reinterpret_cast<void*>(kBase), "the world's address range is not free");
  for (std::size_t i = 0; i < kStackSlots; ++i) {
    ::mprotect(reinterpret_cast<void*>(kStacks + i * kStackBytes), kPage, PROT_NONE);
  }
  g_memory = new (g_place) WorldMemory;
  state().next = round_up(kBase + sizeof(State), 16);
  return *g_memory;
}

WorldMemory* WorldMemory::get() { return g_memory; }

/// By linear probing. Two threads of one world meet with a probability of 1 in 65,536; then which
/// of them moves on depends on who came first.
WorldMemory::Region& WorldMemory::region_of(std::uint64_t key) {
  for (std::size_t slot = key % kRegions;; slot = (slot + 1) % kRegions) {
    const std::uintptr_t at = kBase + kCommonBytes + slot * kRegionBytes;
    auto& region = *reinterpret_cast<Region*>(at);
    if (region.key == key) return region;
    if (region.key != 0) continue;
    region = {key, at + sizeof(Region)};
    return region;
  }
}

void* WorldMemory::allocate(std::size_t bytes, std::size_t alignment, Owner owner) {
  State& s = state();
  if (alignment < 16) alignment = 16;
  std::uintptr_t* next = &s.next;
  std::uintptr_t limit = kBase + kCommonBytes;
  if (s.racing && bytes + alignment < kRegionBytes / 4) {
    if (Scheduler* scheduler = current_scheduler()) {
      Region& region = region_of(scheduler->current().key);
      const auto at = reinterpret_cast<std::uintptr_t>(&region);
      if (region.next + bytes + alignment + 2 * sizeof(Header) < at + kRegionBytes) {
        next = &region.next;
        limit = at + kRegionBytes;
      }
    }
  }
  const std::uintptr_t block = round_up(*next + sizeof(Header), alignment);
  // The gap behind a block is never handed out: at least 16 bytes, the header of the next one.
  const std::uintptr_t end = round_up(block + (bytes == 0 ? 1 : bytes), 16);
  if (bytes > kCommonBytes || end > limit) return nullptr;
  *next = end;
  auto* p = reinterpret_cast<void*>(block);
  header_of(p) = {bytes, kLive, ++s.blocks};
  std::memset(p, kFreshByte, bytes);
  if (FieldWatch* watch = FieldWatch::get()) watch->on_allocation(block, bytes);
  if (g_watcher != nullptr) [[unlikely]] {
    tell_about_block(owner, [&](Watcher& w, const Thread* t) { w.on_allocate(t, block, bytes); });
  }
  return p;
}

void WorldMemory::release(void* block, Owner owner) {
  Header& header = header_of(block);
  if (g_watcher != nullptr) [[unlikely]] {
    const std::size_t bytes = header.magic == kLive ? header.bytes : 0;
    tell_about_block(owner, [&](Watcher& w, const Thread* t) {
      w.on_free(t, reinterpret_cast<std::uintptr_t>(block), bytes);
    });
  }
  if (header.magic != kLive) {
    Scheduler* scheduler = current_scheduler();
    const char* why = header.magic == kFreed ? "double free" : "free of a pointer that is no block";
    if (scheduler != nullptr) scheduler->end_from_inside(End::fault, why);
    check_failed("header.magic == kLive", __FILE__, __LINE__, why);
  }
  header.magic = kFreed;
  std::memset(block, kFreedByte, header.bytes);
}

char* WorldMemory::take(std::size_t& bytes) {
  State& s = state();
  std::uint32_t slot = 0;
  if (s.free_stacks > 0) {
    slot = s.free_stack[--s.free_stacks];
  } else {
    ONHOOK_CHECK(s.stacks_made < kStackSlots, "more than 1024 threads live at once");
    slot = s.stacks_made++;
  }
  bytes = kStackBytes - kPage;
  return reinterpret_cast<char*>(kStacks + slot * kStackBytes + kPage);
}

void WorldMemory::use_stacks_once() { g_stacks_once = true; }

void WorldMemory::give_back(char* stack) {
  if (g_stacks_once) return;
  State& s = state();
  const auto slot = (reinterpret_cast<std::uintptr_t>(stack) - kStacks) / kStackBytes;
  s.free_stack[s.free_stacks++] = static_cast<std::uint16_t>(slot);
}

bool WorldMemory::is_stack_guard(std::uintptr_t address) {
  if (address < kStacks || address >= kBase + kBytes) return false;
  return (address - kStacks) % kStackBytes < kPage;
}

}  // namespace onhook
