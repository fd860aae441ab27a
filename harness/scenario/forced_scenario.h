// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a scenario that is another one with its own events and orders in the place of the other's.
// `onhook generalise` uses it; the text is compiled like any other.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/scenario/compiled.h"

namespace onhook {

/// An event by what it is about, without a name yet.
struct ForcedEvent {
  std::string actor;  ///< of the script, or "": a thread
  std::string role;   ///< the thread's entry function
  unsigned number = 0;
  std::string verb;
  std::string object;  ///< with attributes: "nua_i_state, callstate terminated"
};

/// "relay leaves janus_sip_media_cleanup", with the names that `base` gives to threads.
std::string words_of(const ForcedEvent& event, const CompiledScenario& base);

struct ForcedOrders {
  std::vector<ForcedEvent> events;
  /// Indices of `events`: the first before the second.
  std::vector<std::pair<std::size_t, std::size_t>> orders;
};

/// `text` is what `base` was compiled from; "" for a program without a .scn, which becomes one.
/// What an actor does only because `base` has an event of it becomes an instruction. `comment`:
/// lines for the top. The result need not compile (an event that the language has no words for).
std::string forced_scenario(std::string_view text, const CompiledScenario& base,
                            const ForcedOrders& orders, const std::vector<std::string>& comment);

}  // namespace onhook
