// SPDX-License-Identifier: GPL-3.0-or-later
// Plays a scenario with the real server, once: brings the call about that is `given`, lets the
// actors act as the scenario says, and judges its laws on what was seen. Orders of events are not
// forced; which one came is told, and one that the scenario does not ask for says nothing of its
// laws. Acts and laws that need the inside of the server are refused before anything starts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "e2e/janus_server.h"
#include "e2e/latencies.h"
#include "harness/report/trace_file.h"
#include "harness/scenario/compiled.h"
#include "harness/scenario/monitors.h"

namespace onhook::e2e {

struct PlayOptions {
  /// What an actor would do by itself much later, it does as soon as nothing has happened for a
  /// while: a call that is over in 3 s is not kept open for 30.
  bool skip_idle = false;
  /// Both ends send a packet every 20 ms as long as the call lasts, not only until one has arrived.
  bool media_goes_on = false;
};

struct PlayResult {
  ObservedTrace observed;
  std::vector<LawViolation> violations;
  /// Events of the scenario that were not seen: it says nothing then.
  std::vector<std::string> missing;
  std::string order;  ///< of its events, as seen: "hangup, relay_exit, terminated"
  bool order_asked_for = true;
  std::string close_reason;
  double seconds = 0;
};

/// Why the real server cannot play this scenario; nullopt when it can.
std::optional<std::string> why_not(const CompiledScenario& scenario);

/// Starts a server, plays, ends it. Throws Failure.
PlayResult play(const CompiledScenario& scenario, const ServerFiles& files, Latencies latencies,
                PlayOptions options);

}  // namespace onhook::e2e
