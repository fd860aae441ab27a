// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/outside_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <tuple>

#include "fakes/vocabulary.h"
#include "harness/base/strings.h"

namespace onhook {
namespace {

namespace verb = fakes::verb;

constexpr std::string_view kRelay = "janus_sip_relay_thread";
constexpr std::array kOfClients = {verb::kReceives, verb::kAnswered, verb::kCloses,
                                   verb::kDetaches};
constexpr std::array kOfMedia = {verb::kConnects, verb::kIceFails};
constexpr std::array kOfPeers = {verb::kGets, verb::kSends, verb::kReplies};
constexpr std::array kOfTheCore = {verb::kDtlsAlert, verb::kHangupMedia};

bool is_one_of(std::string_view verb, const auto& verbs) {
  return std::ranges::find(verbs, verb) != verbs.end();
}

/// The first attribute, and those that begin with one of these words.
std::string attributes_of(std::string_view detail,
                          std::initializer_list<std::string_view> beginnings) {
  std::string out;
  for (bool first = true; !detail.empty(); first = false) {
    const std::size_t comma = detail.find(", ");
    const std::string_view attribute = detail.substr(0, comma);
    const auto fits = [&](std::string_view word) { return attribute.starts_with(word); };
    if (first || std::ranges::any_of(beginnings, fits)) {
      if (!first) out += ", ";
      out += attribute;
    }
    detail.remove_prefix(comma == detail.npos ? detail.size() : comma + 2);
  }
  return out;
}

std::string joined_words(std::string_view verb, std::string_view detail) {
  return detail.empty() ? std::string(verb) : fmt::format("{} {}", verb, detail);
}

std::optional<Seen> seen(const Fact& fact, const Lane& lane, std::size_t index) {
  const std::string_view verb = text_of(fact.verb), detail = text_of(fact.detail);
  if (detail.ends_with(verb::kAgainAttribute)) return std::nullopt;
  const std::string actor(text_of(fact.actor));
  if (verb == verb::kDelivers)
    return Seen{lane.name, joined_words(verb, attributes_of(detail, {"callstate ", "status "})),
                index};
  if ((verb == verb::kStarts || verb == verb::kExits) && lane.role == kRelay)
    return Seen{lane.name, std::string(verb), index};
  if (actor.empty()) return std::nullopt;  // "sends BYE" of the plugin's own stack, for example
  if (verb == verb::kRequests)
    return Seen{actor, joined_words(verb, attributes_of(detail, {})), index};
  if (is_one_of(verb, kOfClients) || is_one_of(verb, kOfPeers))
    return Seen{actor, joined_words(verb, detail), index};
  if (is_one_of(verb, kOfMedia))
    return Seen{"media of " + actor, joined_words(verb, detail), index};
  if (is_one_of(verb, kOfTheCore))
    return Seen{"core of " + actor, joined_words(verb, detail), index};
  return std::nullopt;
}

/// Of a peer's words: "BYE" of "gets BYE", "INVITE" of "replies 200, INVITE".
std::string_view method_of(std::string_view words) {
  return words.substr(words.find_last_of(' ') + 1);
}

bool is_final_answer(std::string_view words) {
  constexpr std::string_view replies = "replies ", gets = "gets ";
  for (const std::string_view way : {replies, gets})
    if (words.starts_with(way) && words.size() > way.size()) {
      const char first = words[way.size()];
      return first >= '2' && first <= '6';
    }
  return false;
}

bool is_request(std::string_view words) {
  return words.starts_with("sends ") ||
         (words.starts_with("gets ") && words.find_first_of("0123456789") != 5);
}

/// What a peer's stack may keep to itself.
bool is_of_the_stack(const Seen& now) {
  return now.what == "sends ACK" || now.what.starts_with("gets 100 ") ||
         now.what.starts_with("replies 100, ");
}

/// Whether a peer has said or heard these words already, and nothing since that would make them
/// new: a final answer makes the request new, a request its answer.
bool is_retransmission(const std::vector<Seen>& before, const Seen& now) {
  if (!now.what.starts_with("gets ") && !now.what.starts_with("sends ") &&
      !now.what.starts_with("replies "))
    return false;
  // An ACK belongs to the answer that it acknowledges.
  const std::string_view of = method_of(now.what), method = of == "ACK" ? "INVITE" : of;
  for (auto it = before.rbegin(); it != before.rend(); ++it) {
    if (it->observer != now.observer) continue;
    if (it->what == now.what) return true;
    if (method_of(it->what) != method) continue;
    if (is_request(now.what) ? is_final_answer(it->what) : is_request(it->what)) return false;
  }
  return false;
}

}  // namespace

std::vector<Seen> seen_from_outside(const Trace& trace, std::size_t set_up) {
  std::vector<Seen> out;
  for (std::size_t i = 0; i < trace.facts.size(); ++i) {
    auto now = seen(trace.facts[i], trace.lanes.at(trace.facts[i].thread), i);
    if (now && !is_of_the_stack(*now) && !is_retransmission(out, *now))
      out.push_back(*std::move(now));
  }
  const auto race = std::ranges::find_if(out, [&](const Seen& one) { return one.fact >= set_up; });
  std::sort(out.begin(), race, [](const Seen& a, const Seen& b) {
    return std::tie(a.observer, a.what, a.fact) < std::tie(b.observer, b.what, b.fact);
  });
  return out;
}

OutsideView view_of(const std::vector<Seen>& seen) {
  OutsideView view;
  for (const Seen& one : seen) view[one.observer].push_back(one.what);
  return view;
}

}  // namespace onhook
