// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/memory_judge.h"

#include <algorithm>

namespace onhook {
namespace {

/// Of the smallest lock there is, a GMutex that holds a futex.
constexpr std::uint32_t kLockBytes = 4;

}  // namespace

void MemoryJudge::on_access(const Thread& thread, const PlainAccess& access) {
  look(thread, {access.address, access.bytes, access.access, false, access.pc});
}

void MemoryJudge::on_atomic(const Thread& thread, const AtomicAccess& access) {
  const Access kind = access.kind == AtomicKind::load ? Access::read : Access::write;
  look(thread, {access.address, access.bytes, kind, true, access.pc});
}

void MemoryJudge::on_lock_request(const Thread& thread, const LockEvent& event) {
  look(thread, {event.lock, kLockBytes, Access::write, true, event.pc, "locks it"});
}

void MemoryJudge::on_unlock(const Thread& thread, const LockEvent& event) {
  look(thread, {event.lock, kLockBytes, Access::write, true, event.pc, "unlocks it"});
}

void MemoryJudge::look(const Thread& thread, const Touch& touch) {
  if (!scene().in_heap(touch.address)) return;
  std::uintptr_t begin = 0;
  const Scene::BlockState* block = scene().block_at(touch.address, &begin);
  if (block != nullptr && !block->is_freed && touch.address - begin + touch.bytes <= block->bytes)
      [[likely]] {
    return;
  }
  accuse(thread, touch);
}

void MemoryJudge::accuse(const Thread& thread, const Touch& touch) {
  Finding finding;
  finding.law = "MEMORY";
  finding.object = touch.address;
  finding.block = scene().block(touch.address);
  const bool freed = finding.block && finding.block->freed;
  if (freed) {
    finding.message = "a block is used after it was freed";
  } else {
    if (touch.access == Access::read && !told_.insert(touch.pc).second) return;
    finding.message = "memory is touched that belongs to no block";
    if (finding.block) {
      // It begins inside: the first byte that is not.
      finding.object = finding.block->begin + finding.block->bytes;
      finding.message = "an access reaches beyond the end of its block";
    } else {
      finding.block = scene().block_near(touch.address);
    }
  }
  const bool writes = touch.access == Access::write;
  std::string what = writes ? "writes " : "reads ";
  what += std::to_string(touch.bytes) + (touch.bytes == 1 ? " byte" : " bytes");
  if (touch.atomic) what += " atomically";
  if (touch.deed != nullptr) what = touch.deed;
  finding.deeds = {scene().deed_now(std::move(what), thread, touch.pc, touch.address, touch.bytes)};
  if (freed || writes) stop(finding.message);
  report(std::move(finding));
}

void MemoryJudge::on_free(const Thread* thread, std::uintptr_t block, std::size_t /*bytes*/) {
  if (thread == nullptr) return;
  std::uintptr_t begin = 0;
  const Scene::BlockState* known = scene().block_at(block, &begin);
  if (known != nullptr && begin == block && !known->is_freed) [[likely]]
    return;
  Finding finding;
  finding.law = "MEMORY";
  finding.object = block;
  finding.block = scene().block(block);
  std::string what = "frees it";
  if (!finding.block) {
    finding.message = "what is freed is no block of the heap";
    what = "frees a pointer";
  } else if (begin != block) {
    finding.message = "a pointer into the middle of a block is freed";
    what = "frees a pointer into it";
  } else {
    finding.message = "a block is freed twice";
    what = "frees it again";
  }
  finding.deeds = {scene().deed_now(std::move(what), *thread, thread->call_pc(), block)};
  stop(finding.message);
  report(std::move(finding));
}

}  // namespace onhook
