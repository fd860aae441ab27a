// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/events_seen.h"

#include <algorithm>

#include "harness/base/strings.h"

namespace onhook {

bool EventsSeen::obeys(const OrderCase& wanted) const {
  const auto place = [&](std::size_t event) { return std::ranges::find(order, event); };
  return missing.empty() && std::ranges::is_sorted(wanted.events, {}, place);
}

std::string EventsSeen::text(const CompiledScenario& scenario) const {
  std::string text;
  for (const std::size_t event : order) {
    if (!text.empty()) text += ", ";
    text += scenario.events.at(event).name;
  }
  return text;
}

EventsSeen events_seen(const CompiledScenario& scenario, const Trace& trace,
                       std::size_t race_begins) {
  EventsSeen out;
  std::vector<std::size_t> place(scenario.events.size());
  for (std::size_t event = 0; event < scenario.events.size(); ++event) {
    const auto begin = trace.facts.begin() + static_cast<std::ptrdiff_t>(race_begins);
    const auto found = std::find_if(begin, trace.facts.end(), [&](const Fact& fact) {
      return matches(scenario.events[event], trace.lanes.at(fact.thread), text_of(fact.actor),
                     text_of(fact.verb), text_of(fact.detail));
    });
    place[event] = static_cast<std::size_t>(found - trace.facts.begin());
    (found == trace.facts.end() ? out.missing : out.order).push_back(event);
  }
  std::ranges::stable_sort(out.order, {}, [&](std::size_t event) { return place[event]; });
  return out;
}

}  // namespace onhook
