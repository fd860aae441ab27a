// SPDX-License-Identifier: GPL-3.0-or-later
// What of the scenario language the real server can play.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "e2e/play.h"
#include "fakes/vocabulary.h"

namespace onhook::e2e {
namespace {

namespace verb = fakes::verb;

/// What is written down of a call with the real server.
constexpr std::array kSeen = {
    verb::kRequests, verb::kReceives,    verb::kCloses,    verb::kConnects,
    verb::kPcCloses, verb::kHangupMedia, verb::kDtlsAlert, verb::kDelivers,
    verb::kGets,     verb::kSends,       verb::kReplies,   verb::kStarts,
    verb::kExits,    verb::kAwaits,      verb::kAnswered,  verb::kHears};

template <typename Table>
bool contains(const Table& table, std::string_view word) {
  return std::ranges::find(table, word) != std::end(table);
}

using Act = std::pair<std::string_view, std::string_view>;  // "*": any

bool can_do(std::initializer_list<Act> known, const std::string& verb, const std::string& object) {
  return std::ranges::any_of(known, [&](const Act& act) {
    return act.first == verb && (act.second == "*" || act.second == object);
  });
}

bool is_browser(const fakes::Script& script, const std::string& actor) {
  return std::ranges::any_of(script.actors, [&](const fakes::ActorSpec& a) {
    return a.name == actor && a.kind == fakes::ActorKind::browser;
  });
}

std::optional<std::string> why_not(const fakes::Script& script) {
  const auto browsers =
      std::ranges::count(script.actors, fakes::ActorKind::browser, &fakes::ActorSpec::kind);
  if (script.actors.size() != 2 || browsers != 1) return "it plays one browser and one sip_peer";
  if (script.given.size() != 1 || script.given[0].kind != "call")
    return "it begins with one call: 'given call A -> B'";
  if (contains(script.given[0].options, "video")) return "its calls are audio alone";
  for (const fakes::Instruction& i : script.instructions) {
    const bool known = is_browser(script, i.actor)
                           ? can_do({{"requests", "hangup"}, {"closes", "pc"}}, i.verb, i.object)
                           : can_do({{"sends", "BYE"}}, i.verb, i.object) && i.attributes.empty();
    if (!known) return fmt::format("nobody can do this there: {} {} {}", i.actor, i.verb, i.object);
  }
  for (const fakes::Reaction& r : script.reactions) {
    const bool known =
        is_browser(script, r.actor)
            ? can_do({{"requests", "hangup"}, {"closes", "pc"}, {"ignores", "*"}}, r.verb, r.object)
            : (r.trigger == "BYE" && r.attributes.empty() &&
               can_do({{"replies", "*"}, {"ignores", "*"}}, r.verb, r.object));
    if (!known)
      return fmt::format("nobody can do this there: {} on {} {} {}", r.actor, r.trigger, r.verb,
                         r.object);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> why_not(const CompiledScenario& scenario) {
  if (scenario.program) return "it is about a program, not about the plugin";
  if (auto reason = why_not(scenario.script)) return reason;
  for (const EventPattern& event : scenario.events)
    if (!contains(kSeen, event.verb))
      return fmt::format("event {} cannot be seen from outside the server: {}", event.name,
                         event.text);
  for (const LawSpec& law : scenario.laws)
    for (const Predicate& part : law.condition.comparisons)
      if (!contains(kSeen, part.observable.verb) ||
          (!part.observable.opposite_verb.empty() &&
           !contains(kSeen, part.observable.opposite_verb)))
        return fmt::format("{} cannot be seen from outside the server", part.observable.text);
  return std::nullopt;
}

}  // namespace onhook::e2e
