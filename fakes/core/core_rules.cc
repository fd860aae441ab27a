// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/core/core_rules.h"

#include <array>
#include <charconv>

namespace onhook::fakes {
namespace {

using Version = std::array<int, 3>;

std::optional<Version> parse(std::string_view text) {
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

}  // namespace

std::optional<CoreRules> CoreRules::of_version(std::string_view text) {
  const auto version = parse(text);
  if (!version) return std::nullopt;
  CoreRules rules;
  if (*version < Version{1, 2, 2}) rules.new_handle = NewHandle::alert_clear;
  if (*version < Version{0, 7, 1}) rules.close_pc = ClosePc::queues_every_call;
  if (*version < Version{0, 7, 5}) rules.hangup_without_agent = HangupWithoutAgent::stays_cleaning;
  return rules;
}

}  // namespace onhook::fakes
