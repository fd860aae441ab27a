// SPDX-License-Identifier: GPL-3.0-or-later
// The allocator of the process: blocks of the world come from its arena, all others from libc's
// heap. Where a block came from is read off its address, so either side may free the other's.
#include <malloc.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>

#include "harness/host/world_memory.h"
#include "harness/interpose/real.h"

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

bool from_world() { return onhook::g_inside_world && WorldMemory::get() != nullptr; }

void* world_allocate(size_t bytes, size_t alignment) {
  void* p = WorldMemory::get()->allocate(bytes, alignment);
  if (p == nullptr) errno = ENOMEM;
  return p;
}

}  // namespace

ONHOOK_EXPORT void* malloc(size_t bytes) {
  return from_world() ? world_allocate(bytes, 16) : __libc_malloc(bytes);
}

ONHOOK_EXPORT void free(void* block) {
  if (block == nullptr) return;
  if (WorldMemory::contains(block)) {
    WorldMemory::get()->release(block);
  } else {
    __libc_free(block);
  }
}

ONHOOK_EXPORT void* calloc(size_t count, size_t bytes) {
  if (!from_world()) return __libc_calloc(count, bytes);
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
  if (block == nullptr) return world_allocate(bytes, 16);
  if (bytes == 0) {
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
  return from_world() ? world_allocate(bytes, alignment) : __libc_memalign(alignment, bytes);
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
