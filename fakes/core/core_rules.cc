// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/core/core_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace onhook::fakes {
namespace {

using Version = std::array<int, 3>;

/// A rule that changed once: its name, and what it was and is, as it is written.
struct RuleWords {
  std::string_view name;
  std::array<std::string_view, 2> values;  // in the order of the enumeration
};
constexpr std::array<RuleWords, 4> kRules = {
    RuleWords{"new-handle", {"alert-clear", "alert-set"}},
    RuleWords{"close-pc", {"queues-every-call", "queues-once"}},
    RuleWords{"hangup-without-agent", {"stays-cleaning", "clears-cleaning"}},
    RuleWords{"refused-answer", {"keeps-mutex", "gives-mutex-back"}}};

/// The rules' values, in the order of kRules.
std::array<std::size_t, kRules.size()> values_of(const CoreRules& rules) {
  return {static_cast<std::size_t>(rules.new_handle), static_cast<std::size_t>(rules.close_pc),
          static_cast<std::size_t>(rules.hangup_without_agent),
          static_cast<std::size_t>(rules.refused_answer)};
}

void set_value(CoreRules& rules, std::size_t rule, std::size_t value) {
  switch (rule) {
    case 0:
      rules.new_handle = static_cast<CoreRules::NewHandle>(value);
      break;
    case 1:
      rules.close_pc = static_cast<CoreRules::ClosePc>(value);
      break;
    case 2:
      rules.hangup_without_agent = static_cast<CoreRules::HangupWithoutAgent>(value);
      break;
    default:
      rules.refused_answer = static_cast<CoreRules::RefusedAnswer>(value);
  }
}

std::optional<Version> parse_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  Version version{};
  for (std::size_t i = 0; i < version.size(); ++i) {
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), version.at(i));
    if (error != std::errc{} || version.at(i) < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (i + 1 == version.size()) break;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  }
  return text.empty() ? std::optional(version) : std::nullopt;
}

bool contains(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

/// What stands between `begin` and the next `end`, or nothing.
std::optional<std::string_view> between(std::string_view text, std::string_view begin,
                                        std::string_view end) {
  const std::size_t from = text.find(begin);
  if (from == std::string_view::npos) return std::nullopt;
  text.remove_prefix(from + begin.size());
  const std::size_t to = text.find(end);
  if (to == std::string_view::npos) return std::nullopt;
  return text.substr(0, to);
}

/// The body of a function with this head, without what it is declared as elsewhere.
std::optional<std::string_view> body_of(std::string_view text, std::string_view head) {
  for (std::size_t at = text.find(head); at != std::string_view::npos;
       at = text.find(head, at + 1)) {
    const std::string_view rest = text.substr(at);
    const std::size_t open = rest.find_first_of("{;");
    if (open == std::string_view::npos) return std::nullopt;
    if (rest[open] == '{') return between(rest, "{", "\n}");
  }
  return std::nullopt;
}

}  // namespace

std::optional<CoreRules> CoreRules::of_sources(const CoreSources& sources) {
  const auto create = body_of(sources.ice_c, "janus_ice_handle_create(");
  const auto free = body_of(sources.ice_c, "janus_ice_webrtc_free(");
  if (!create || !free || sources.ice_h.empty() || sources.janus_c.empty()) return std::nullopt;
  CoreRules rules;
  if (!contains(*create, "WEBRTC_ALERT")) rules.new_handle = NewHandle::alert_clear;
  if (!contains(sources.ice_h, "closepc")) rules.close_pc = ClosePc::queues_every_call;
  // The first way out is that of no handle, the second that of no agent.
  const auto no_agent = between(*free, "return;", "return;");
  if (!no_agent) return std::nullopt;
  if (!contains(*no_agent, "WEBRTC_CLEANING"))
    rules.hangup_without_agent = HangupWithoutAgent::stays_cleaning;
  const auto bad_msid = between(sources.janus_c, "Invalid msid on m-line", "return NULL");
  if (bad_msid && !contains(*bad_msid, "janus_mutex_unlock("))
    rules.refused_answer = RefusedAnswer::keeps_mutex;
  return rules;
}

std::optional<CoreRules> CoreRules::of_version(std::string_view text) {
  const auto version = parse_version(text);
  if (!version) return std::nullopt;
  CoreRules rules;
  if (*version < Version{1, 2, 2}) rules.new_handle = NewHandle::alert_clear;
  if (*version < Version{0, 7, 1}) rules.close_pc = ClosePc::queues_every_call;
  if (*version < Version{0, 7, 5}) rules.hangup_without_agent = HangupWithoutAgent::stays_cleaning;
  if (*version >= Version{1, 1, 0} && *version < Version{1, 3, 1})
    rules.refused_answer = RefusedAnswer::keeps_mutex;
  return rules;
}

std::string CoreRules::to_text() const {
  const auto values = values_of(*this);
  std::string text;
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    text += fmt::format("{}{}={}", i == 0 ? "" : ",", kRules[i].name, kRules[i].values[values[i]]);
  }
  return text;
}

std::variant<CoreRules, std::string> CoreRules::parse(std::string_view text,
                                                      const CoreRules& base) {
  CoreRules rules = base;
  for (bool first = true; first || !text.empty(); first = false) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view word = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const auto release = first ? of_version(word) : std::nullopt;
    if (release) {
      rules = *release;
      continue;
    }
    const std::size_t equals = std::min(word.find('='), word.size());
    const auto rule = std::ranges::find(kRules, word.substr(0, equals), &RuleWords::name);
    if (rule == kRules.end() || equals == word.size()) {
      std::string known;
      for (const RuleWords& r : kRules) {
        known +=
            fmt::format("{}{}={}|{}", known.empty() ? "" : ", ", r.name, r.values[0], r.values[1]);
      }
      return fmt::format("'{}' is neither a release of Janus (1.2.1) nor one of {}", word, known);
    }
    const auto value = std::ranges::find(rule->values, word.substr(equals + 1));
    if (value == rule->values.end()) {
      return fmt::format("{} is {} or {}, not '{}'", rule->name, rule->values[0], rule->values[1],
                         word.substr(equals + 1));
    }
    set_value(rules, static_cast<std::size_t>(rule - kRules.begin()),
              static_cast<std::size_t>(value - rule->values.begin()));
  }
  return rules;
}

}  // namespace onhook::fakes
