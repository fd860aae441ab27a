// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/log_facts.h"

#include <fmt/format.h>

#include <optional>
#include <regex>

#include "fakes/vocabulary.h"

namespace onhook::e2e {
namespace {

namespace verb = fakes::verb;

constexpr const char* kRelay = "janus_sip_relay_thread";
constexpr const char* kSofia = "janus_sip_sofia_thread";
constexpr const char* kCoreLoop = "core_loop";

using Match = std::match_results<std::string_view::const_iterator>;

std::optional<Match> match(std::string_view line, const std::regex& pattern) {
  Match found;
  if (!std::regex_search(line.begin(), line.end(), found, pattern)) return std::nullopt;
  return found;
}

/// "[alice][nua_i_state]: 200 to BYE, call state [terminated]" in the attributes of "delivers".
std::string nua_detail(const Match& words) {
  std::string detail = words[2];
  if (words[5].matched) detail += ", callstate " + words[5].str();
  detail += ", status " + words[3].str();
  std::string phrase = words[4];
  for (char& c : phrase)
    if (c == ',') c = ';';
  if (!phrase.empty() && phrase != "??") detail += ", phrase " + phrase;
  return detail;
}

}  // namespace

std::vector<LogFact> LogReader::of_handle(const std::string& client, std::string_view text) {
  static const std::regex hanging_up("^Hanging up PeerConnection because of a (.*)$");
  const std::string lane = "core loop " + client;
  if (const auto found = match(text, hanging_up)) {
    reasons_[client] = (*found)[1];
    if (reasons_[client] == "DTLS alert")
      return {{lane, kCoreLoop, client, std::string(verb::kDtlsAlert), ""}};
    return {};
  }
  if (text.starts_with("Telling the plugin about the hangup"))
    return {{lane, kCoreLoop, client, std::string(verb::kHangupMedia), reasons_[client]}};
  return {};
}

std::vector<LogFact> LogReader::read(std::string_view line) {
  static const std::regex handle(R"(^\[(\d+)\] (.*)$)");
  static const std::regex nua(
      R"(^\[([^\]]+)\]\[(nua_[a-z_]+)\]: (\d+) (.*?)(?:, call state \[(\w+)\])?$)");
  static const std::regex relay(R"(^Starting relay thread \((\S+) <--> )");

  // Levels above information stand in front of the line.
  for (const std::string_view level : {"[WARN] ", "[ERR] "})
    if (line.starts_with(level)) line.remove_prefix(level.size());
  if (const auto found = match(line, handle)) {
    const auto client = clients_.find((*found)[1].str());
    if (client == clients_.end()) return {};
    return of_handle(client->second, line.substr(static_cast<std::size_t>(found->position(2))));
  }
  if (const auto found = match(line, nua))
    return {
        {"sip " + (*found)[1].str(), kSofia, "", std::string(verb::kDelivers), nua_detail(*found)}};
  if (const auto found = match(line, relay)) {
    relays_.push_back((*found)[1]);
    return {{"siprtp " + relays_.back(), kRelay, "", std::string(verb::kStarts), ""}};
  }
  // The line does not say whose; with one call at a time there is one.
  if (line == "Leaving SIP relay thread" && !relays_.empty()) {
    LogFact fact{"siprtp " + relays_.front(), kRelay, "", std::string(verb::kExits), ""};
    relays_.erase(relays_.begin());
    return {fact};
  }
  return {};
}

}  // namespace onhook::e2e
