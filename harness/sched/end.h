// SPDX-License-Identifier: GPL-3.0-or-later
// Why an execution stopped.
#pragma once

#include <cstdint>

namespace onhook {

enum class End : std::uint8_t {
  none,
  quiescent,      ///< nobody can ever run again, and nobody waits for a lock
  settled,        ///< the time limit of the scenario was reached
  deadlock,       ///< somebody waits for a lock, join or condition that can never come
  lock_circle,    ///< the same, and some wait for each other's locks in a circle (law LOCK)
  order_blocked,  ///< only held events are left: this path has not the wanted order
  step_limit,     ///< more visible steps than allowed: an endless loop
  spin_limit,     ///< more plain accesses than allowed between two steps: an endless loop
  fault,          ///< a signal: crash of the plugin
  assertion,      ///< abort(), assert() or exit() by the plugin
  unmodelled,     ///< something that onhook does not model, by name
  step_bound,     ///< the search allows no more steps (ExecutionBounds)
  timeout_bound,  ///< only waits could go on that may not run out any more (ExecutionBounds)
  stopped,        ///< the chooser or a monitor asked to stop
  judged          ///< a judge asked to stop: going on would be no execution of the program's
};

/// A bound ended it: it is no execution, and what has not happened might still have come.
constexpr bool is_cut(End end) { return end == End::step_bound || end == End::timeout_bound; }

/// It ran to an end of its own, whichever.
constexpr bool is_execution(End end) {
  return !is_cut(end) && end != End::order_blocked && end != End::stopped;
}

/// Nobody can go on, and somebody waits for it.
constexpr bool is_deadlock(End end) { return end == End::deadlock || end == End::lock_circle; }

const char* to_string(End end);

}  // namespace onhook
