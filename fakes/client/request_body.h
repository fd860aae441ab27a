// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON of a request to the SIP plugin, from a scenario's "requests NAME" and its attributes.
// Pure.
#pragma once

#include <jansson.h>

#include <map>
#include <string>
#include <string_view>

namespace onhook::fakes {

/// How requests name the world: SIP URIs by actor, who is called when nothing else is said, and by
/// browser what the plugin calls its account.
struct Directory {
  std::map<std::string, std::string, std::less<>> uris;
  std::string default_peer;  ///< actor, or "" when there is no SIP peer
  /// The numbers that helper sessions name ("master_id"), once "registered" has told them.
  std::map<std::string, json_int_t, std::less<>> accounts;
};

/// A new reference. Attributes become members of the body: "true" and "false" booleans, members
/// that the plugin wants as numbers numbers, the rest text; "to" with the name of an actor becomes
/// that actor's URI ("register" with a SIP peer: an account there instead of a guest), "master"
/// with a browser the number of its account. A member that the request needs and nobody gave gets a
/// plain default (the called URI, one DTMF digit, ...); an attribute without text leaves its member
/// out.
json_t* request_body(std::string_view request, std::string_view user,
                     const std::map<std::string, std::string>& attributes,
                     const Directory& directory);

}  // namespace onhook::fakes
