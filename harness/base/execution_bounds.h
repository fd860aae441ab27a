// SPDX-License-Identifier: GPL-3.0-or-later
// Bounds on each single execution of a search, for programs whose executions have no end or too
// many ways to wait. What they keep a search from is counted and printed, and it is not complete.
//
// - Steps: an execution that has taken so many steps of the race and could go on is cut there. It
//   is no endless loop and no execution; what was wrong with it until then counts. A step is one
//   before which threads can change; what cannot be delayed, an unlock, belongs to the one before.
// - Timeouts: a wait for something else that can also run out (a timed wait for a condition, a
//   poll, a queue with a timeout) may do so this many times in one execution, taken together. After
//   that only what is waited for ends such waits; where nothing else can come, the execution is
//   cut. Sleeps and the delays of actors are not counted: nothing but time ends them. This, not the
//   number of all timed steps, is what multiplies the executions: a polling loop goes round once
//   more for each, and each may come at any moment.
//
// Both are the same for equivalent executions, so they can be put on a reduced search, too.
#pragma once

#include <cstdint>
#include <optional>

namespace onhook {

struct ExecutionBounds {
  std::optional<std::uint32_t> steps = {};
  std::optional<std::uint32_t> timeouts = {};

  friend bool operator==(const ExecutionBounds&, const ExecutionBounds&) = default;
};

/// How many executions met them.
struct BoundHits {
  std::uint64_t steps = 0;
  std::uint64_t timeouts = 0;

  void add(const BoundHits& more) {
    steps += more.steps;
    timeouts += more.timeouts;
  }
  friend bool operator==(const BoundHits&, const BoundHits&) = default;
};

}  // namespace onhook
