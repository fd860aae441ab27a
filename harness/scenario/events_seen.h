// SPDX-License-Identifier: GPL-3.0-or-later
// The scenario's events in a trace that was not made under one of its orders: those of another
// stack, where orders come as they come.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/scenario/compiled.h"
#include "harness/trace/event.h"

namespace onhook {

/// Indices into CompiledScenario::events.
struct EventsSeen {
  std::vector<std::size_t> order;    ///< those that happened, by their first time
  std::vector<std::size_t> missing;  ///< those that did not

  /// Whether this is an execution that the order admits: all happened, its own ones in order.
  bool obeys(const OrderCase& wanted) const;
  /// "hangup, relay_exit, terminated"
  std::string text(const CompiledScenario& scenario) const;
};

/// Of the facts from `race_begins` on.
EventsSeen events_seen(const CompiledScenario& scenario, const Trace& trace,
                       std::size_t race_begins);

}  // namespace onhook
