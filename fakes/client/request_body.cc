// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/client/request_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace onhook::fakes {
namespace {

constexpr std::array<std::string_view, 8> kNumbers = {"code",         "duration",      "refer_id",
                                                      "register_ttl", "subscribe_ttl", "stream_id",
                                                      "master_id",    "ssrc"};

/// Members that are a list of texts; in a scenario there is one.
constexpr std::array<std::string_view, 1> kLists = {"incoming_header_prefixes"};

/// A member that a request cannot do without.
struct Default {
  std::string_view request;
  const char* member;
  const char* value;
};

constexpr std::array kDefaults = {Default{"subscribe", "event", "message-summary"},
                                  Default{"unsubscribe", "event", "message-summary"},
                                  Default{"dtmf_info", "digit", "1"},
                                  Default{"info", "type", "text/plain"},
                                  Default{"info", "content", "hello"},
                                  Default{"message", "content", "hello"},
                                  Default{"recording", "action", "start"},
                                  Default{"recording", "filename", "call"}};

/// Requests whose target is a URI, and the member that takes it.
constexpr std::array kTargets = {Default{"call", "uri", ""}, Default{"transfer", "uri", ""},
                                 Default{"subscribe", "to", ""}};

json_t* value_of(std::string_view key, const std::string& text) {
  if (text == "true" || text == "false") return json_boolean(text == "true");
  if (std::find(kNumbers.begin(), kNumbers.end(), key) != kNumbers.end()) {
    json_int_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return json_integer(number);
  }
  if (std::find(kLists.begin(), kLists.end(), key) != kLists.end())
    return json_pack("[s]", text.c_str());
  return json_string(text.c_str());
}

void set_default(json_t* body, const char* member, const std::string& value) {
  if (json_object_get(body, member) == nullptr)
    json_object_set_new(body, member, json_string(value.c_str()));
}

/// An account at the registrar with this URI.
void set_registrar(json_t* body, std::string_view user, std::string_view registrar) {
  const std::string_view host = registrar.substr(registrar.find('@') + 1);
  set_default(body, "username", fmt::format("sip:{}@{}", user, host));
  set_default(body, "proxy", fmt::format("sip:{}", host));
  set_default(body, "secret", "secret");
}

}  // namespace

json_t* request_body(std::string_view request, std::string_view user,
                     const std::map<std::string, std::string>& attributes,
                     const Directory& directory) {
  json_t* body = json_object();
  json_object_set_new(body, "request", json_stringn(request.data(), request.size()));
  std::string target = directory.default_peer;
  for (const auto& [key, text] : attributes) {
    if (key == "to" && directory.uris.contains(text))
      target = text;
    else if (const auto account = directory.accounts.find(text);
             key == "master" && account != directory.accounts.end())
      json_object_set_new(body, "master_id", json_integer(account->second));
    else
      json_object_set_new(body, key.c_str(), value_of(key, text));
  }
  const auto registrar = attributes.find("to");
  if (request == "register" && registrar != attributes.end() && directory.uris.contains(target)) {
    set_registrar(body, user, directory.uris.find(target)->second);
  } else if (request == "register") {
    set_default(body, "type", "guest");
    set_default(body, "username", fmt::format("sip:{}@127.0.0.1", user));
  }
  for (const Default& entry : kTargets)
    if (const auto uri = directory.uris.find(target);
        entry.request == request && uri != directory.uris.end())
      set_default(body, entry.member, uri->second);
  for (const Default& entry : kDefaults)
    if (entry.request == request) set_default(body, entry.member, entry.value);
  for (const auto& [key, text] : attributes)
    if (text.empty()) json_object_del(body, key.c_str());
  if (request == "recording" && json_object_get(body, "audio") == nullptr)
    json_object_set_new(body, "audio", json_true());
  return body;
}

}  // namespace onhook::fakes
