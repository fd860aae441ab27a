// SPDX-License-Identifier: GPL-3.0-or-later
// The messages of the Janus API that the client needs: how they are made, and what those that come
// mean. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "e2e/json.h"

namespace onhook::e2e {

/// Whom a message is about: a session of the core, and a handle of that session.
struct Handle {
  json_int_t session = 0;
  json_int_t handle = 0;
};

Json create_session(const std::string& transaction);
Json attach_plugin(const std::string& transaction, json_int_t session, const char* plugin);
Json keepalive(const std::string& transaction, json_int_t session);
/// `body` becomes a part of the message; `jsep_type` "" for none.
Json plugin_message(const std::string& transaction, Handle to, Json body,
                    const std::string& jsep_type, const std::string& sdp);
/// `candidate` as in an SDP, without "a="; "" says that there are no more.
Json trickle(const std::string& transaction, Handle to, const std::string& candidate);

/// A message of the core's.
struct JanusMessage {
  enum class Kind {
    ack,      ///< the request goes on, an event will tell
    success,  ///< `id` of what was made
    error,    ///< the core refuses: `code`, `reason`
    event,    ///< of the plugin: `data`, perhaps with a jsep
    webrtc,   ///< of the core about the PeerConnection: `name` "webrtcup", "hangup" (`reason`)
    other     ///< of no interest here: "media", "slowlink"
  } kind = Kind::other;
  std::string name;  ///< "janus", verbatim
  std::string transaction;
  json_int_t id = 0;
  long code = 0;
  std::string reason;
  const json_t* data = nullptr;  ///< event: what the plugin sent; lives as long as the message
  std::string jsep_type;
  std::string sdp;
};

/// nullopt: no message of this API.
std::optional<JanusMessage> read_message(const json_t* message);

}  // namespace onhook::e2e
