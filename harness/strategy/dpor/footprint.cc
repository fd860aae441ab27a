// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/dpor/footprint.h"

#include <algorithm>

namespace onhook {
namespace {

/// Kernel objects have small numbers for addresses; they must not meet in one group of 8.
std::uint64_t key_of(std::uint64_t id) {
  constexpr std::uint64_t kSmall = std::uint64_t{1} << 32;
  return id < kSmall ? (id | kSmall << 24) << 3 : id & ~std::uint64_t{7};
}

void add(const Touch& touch, Footprint& footprint) {
  for (Touch& known : footprint) {
    if (known.object != touch.object) continue;
    if (known.bytes != touch.bytes && known.write != touch.write) continue;
    known.bytes |= touch.bytes;
    known.write |= touch.write;
    known.roles |= touch.roles;
    known.after = std::max(known.after, touch.after);
    return;
  }
  footprint.push_back(touch);
}

}  // namespace

void add_bytes(std::uint64_t address, std::uint32_t size, bool write, Footprint& footprint,
               std::uint8_t after) {
  while (size > 0) {
    const auto first = static_cast<std::uint32_t>(address % 8);
    const std::uint32_t n = std::min(size, 8 - first);
    const auto bytes = static_cast<std::uint8_t>(((1u << n) - 1) << first);
    add({address - first, bytes, write, 0, after}, footprint);
    address += n;
    size -= n;
  }
}

void add_touches(const Operation& op, Footprint& footprint, std::uint8_t after) {
  const auto object = [&](std::uint64_t id, LockRole role, bool write = true) {
    if (id != kNoObject) {
      add({key_of(id), 0xff, write, static_cast<std::uint8_t>(role), after}, footprint);
    }
  };
  switch (op.kind) {
    case OpKind::lock:
      return object(op.object, LockRole::acquire);
    case OpKind::read_lock:
      return object(op.object, LockRole::acquire, op.access == Access::write);
    case OpKind::try_lock:
      return object(op.object, LockRole::attempt);
    case OpKind::unlock:
      return object(op.object, LockRole::release);
    case OpKind::cond_release:
      object(op.object, LockRole::none);
      return object(op.object2, LockRole::release);
    case OpKind::cond_reacquire:
      object(op.object, LockRole::none);
      return object(op.object2, LockRole::acquire);
    case OpKind::atomic_load:
    case OpKind::atomic_store:
    case OpKind::atomic_rmw:
    case OpKind::read:
    case OpKind::write:
      for (const TouchedRange& range : op.ranges) {
        add_bytes(range.object, range.size, range.access == Access::write, footprint, after);
      }
      return add_bytes(op.object, std::max<std::uint32_t>(op.size, 1), op.access == Access::write,
                       footprint, after);
    case OpKind::announce:
      object(op.object, LockRole::none);
      return add({kFakes, 0xff, true, 0, after}, footprint);
    case OpKind::sleep:
      if (op.object == kNoObject) return;
      // A fake's timer: it can be called off, and what it does then is the fakes' affair.
      object(op.object, LockRole::none);
      return add({kFakes, 0xff, true, 0, after}, footprint);
    case OpKind::thread_start:
    case OpKind::yield:
      return;
    default:
      break;
  }
  const bool write = op.access != Access::read;
  object(op.object, LockRole::none, write);
  object(op.object2, LockRole::none, write);
  for (const ObjectId id : op.more) object(id, LockRole::none, write);
}

}  // namespace onhook
