// SPDX-License-Identifier: GPL-3.0-or-later
// The allocator of the process: blocks of the world come from its arena, all others from libc's
// heap. Where a block came from is read off its address, so either side may free the other's.
#include <malloc.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <optional>

#include "harness/host/library_call.h"
#include "harness/host/world_memory.h"
#include "harness/interpose/real.h"
#include "harness/sched/watcher.h"

extern "C" {
// libc's own entry points, meant for allocators that stand in front of it.
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
void __libc_free(void*);
}

namespace {

using onhook::WorldMemory;

/// For whoever watches: where the block comes from or goes.
class WatchedSite {
 public:
  explicit WatchedSite(const void* return_address) {
    if (onhook::g_watcher != nullptr) [[unlikely]]
      site_.emplace(return_address);
  }

 private:
  std::optional<onhook::CallSite> site_;
};
#define ONHOOK_WATCHED_SITE const WatchedSite site(__builtin_return_address(0))

/// Variables and code, which no allocator has given out: libc would end the process.
void refuse_if_no_block(void* p) {
  dl_find_object found{};
  if (onhook::current_scheduler() == nullptr || ::_dl_find_object(p, &found) != 0) return;
  onhook::tell_watcher([&](onhook::Watcher& w, const onhook::Thread& t) {
    w.on_free(&t, reinterpret_cast<std::uintptr_t>(p), 0);
  });
  onhook::current_scheduler()->end_from_inside(onhook::End::fault,
                                               "free of a pointer that is no block");
}

bool from_world() { return onhook::g_inside_world && WorldMemory::get() != nullptr; }

void* world_allocate(size_t bytes, size_t alignment) {
  void* p = WorldMemory::get()->allocate(bytes, alignment);
  if (p == nullptr) errno = ENOMEM;
  return p;
}

}  // namespace

ONHOOK_EXPORT void* malloc(size_t bytes) {
  if (!from_world()) return __libc_malloc(bytes);
  ONHOOK_WATCHED_SITE;
  return world_allocate(bytes, 16);
}

ONHOOK_EXPORT void free(void* block) {
  if (block == nullptr) return;
  ONHOOK_WATCHED_SITE;
  if (WorldMemory::contains(block)) {
    WorldMemory::get()->release(block);
  } else {
    refuse_if_no_block(block);
    __libc_free(block);
  }
}

ONHOOK_EXPORT void* calloc(size_t count, size_t bytes) {
  if (!from_world()) return __libc_calloc(count, bytes);
  ONHOOK_WATCHED_SITE;
  size_t total = 0;
  if (__builtin_mul_overflow(count, bytes, &total)) {
    errno = ENOMEM;
    return nullptr;
  }
  void* p = world_allocate(total, 16);
  if (p != nullptr) std::memset(p, 0, total);
  return p;
}

ONHOOK_EXPORT void* realloc(void* block, size_t bytes) {
  const bool world_block = block != nullptr && WorldMemory::contains(block);
  if (!world_block && (block != nullptr || !from_world())) return __libc_realloc(block, bytes);
  ONHOOK_WATCHED_SITE;
  if (block == nullptr) return world_allocate(bytes, 16);
  if (bytes == 0 || !WorldMemory::is_block(block)) {
    free(block);
    return nullptr;
  }
  void* p = world_allocate(bytes, 16);
  if (p == nullptr) return nullptr;
  const size_t old_bytes = WorldMemory::header_of(block).bytes;
  std::memcpy(p, block, old_bytes < bytes ? old_bytes : bytes);
  free(block);
  return p;
}

ONHOOK_EXPORT void* memalign(size_t alignment, size_t bytes) {
  if (!from_world()) return __libc_memalign(alignment, bytes);
  ONHOOK_WATCHED_SITE;
  return world_allocate(bytes, alignment);
}

ONHOOK_EXPORT void* aligned_alloc(size_t alignment, size_t bytes) {
  return memalign(alignment, bytes);
}

ONHOOK_EXPORT int posix_memalign(void** result, size_t alignment, size_t bytes) {
  void* p = memalign(alignment, bytes);
  if (p == nullptr) return ENOMEM;
  *result = p;
  return 0;
}

ONHOOK_EXPORT size_t malloc_usable_size(void* block) {
  if (block == nullptr) return 0;
  if (WorldMemory::contains(block)) return WorldMemory::header_of(block).bytes;
  return ONHOOK_REAL(malloc_usable_size)(block);
}

// C++ is the harness and the fakes; the code under test and the libraries below it are C. The other
// forms of new and delete come to these two.

void* operator new(std::size_t bytes) {
  void* p = from_world() ? WorldMemory::get()->allocate(bytes, 16, WorldMemory::Owner::harness)
                         : __libc_malloc(bytes);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  if (WorldMemory::contains(block)) {
    WorldMemory::get()->release(block, WorldMemory::Owner::harness);
  } else {
    __libc_free(block);
  }
}

void operator delete(void* block, std::size_t) noexcept { operator delete(block); }
