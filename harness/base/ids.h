// SPDX-License-Identifier: GPL-3.0-or-later
// The small integers that name things inside one execution.
#pragma once

#include <cstdint>

namespace onhook {

/// A thread of the world, in order of creation; 0 is the first. Same schedule, same numbers.
using ThreadId = std::uint16_t;
inline constexpr ThreadId kNoThread = 0xffff;

/// A synchronisation object or memory location: its address where it has one (addresses repeat, see
/// host/world_memory.h), else a small number given by its maker.
using ObjectId = std::uint64_t;
inline constexpr ObjectId kNoObject = 0;

/// An interned string (see strings.h).
using StringId = std::uint32_t;

/// How a pending operation comes to happen: what it waits for is there; or its time has come, now
/// (`timeout`) or after a while in which nobody does anything (`late`).
enum class Wake : std::uint8_t { ready, timeout, late };

/// Virtual time, nanoseconds since the world began.
using TimeNs = std::int64_t;
inline constexpr TimeNs kForever = INT64_MAX;

}  // namespace onhook
