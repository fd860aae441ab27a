// SPDX-License-Identifier: GPL-3.0-or-later
// What a step touches, and when two steps depend on each other: they touch the same bytes or the
// same object and one of them changes it. Everything else commutes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/sched/operation.h"

namespace onhook {

/// What a touch does to a lock, as far as it matters for who may come first.
enum class LockRole : std::uint8_t {
  none = 0,
  acquire = 1,  ///< blocks while the lock is held
  release = 2,
  attempt = 4  ///< try_lock: never blocks, may or may not take the lock
};

struct Touch {
  std::uint64_t object = 0;   ///< address of the 8 bytes it lies in
  std::uint8_t bytes = 0xff;  ///< which of the 8, a bit each
  bool write = false;
  std::uint8_t roles = 0;  ///< LockRole bits
  std::uint8_t after =
      0;  ///< the last touch came with the step's nth effect; 0: with its operation

  bool has(LockRole role) const { return (roles & static_cast<std::uint8_t>(role)) != 0; }
};

using Footprint = std::vector<Touch>;

inline bool dependent(const Touch& a, const Touch& b) {
  return a.object == b.object && (a.bytes & b.bytes) != 0 && (a.write || b.write);
}

inline bool dependent(std::span<const Touch> a, std::span<const Touch> b) {
  for (const Touch& x : a) {
    for (const Touch& y : b) {
      if (dependent(x, y)) return true;
    }
  }
  return false;
}

/// All steps of fakes and actors are seen as touching this: what they share is not instrumented.
inline constexpr std::uint64_t kFakes = 8;

/// Every step reads it, one before which time passes or that waits for all others (a late timeout,
/// a yield) writes it: such a step comes after all that could be done before.
inline constexpr std::uint64_t kTime = 16;
inline Touch time_touch(bool moves) { return {kTime, 0xff, moves, 0, 0}; }
inline bool moves_time(const Operation& op, Wake wake) {
  return wake == Wake::late || op.kind == OpKind::yield;
}

/// Appends what `op` touches when it happens; a touch of bytes touched already is merged into it.
/// `after`: which of the step's effects it is, from 1; 0 when it is the step's operation.
void add_touches(const Operation& op, Footprint& footprint, std::uint8_t after = 0);

/// Appends the bytes [address, address + size).
void add_bytes(std::uint64_t address, std::uint32_t size, bool write, Footprint& footprint,
               std::uint8_t after = 0);

}  // namespace onhook
