// SPDX-License-Identifier: GPL-3.0-or-later
// What the core tells a client over its transport. Implemented by client/browser.h, called by
// fake_handle.cc on whatever thread of the core or the plugin the event comes from.
#pragma once

#include <jansson.h>

#include <string_view>

namespace onhook::fakes {

/// An event for the client. All texts and `data` are the caller's and only valid during the call.
struct CoreEvent {
  /// The plugin's own name of the event ("incomingcall", "hangup", "error"), or, from the core
  /// itself, "webrtcup", "webrtc_hangup" (the PeerConnection is gone) or "detached".
  std::string_view name = {};
  std::string_view transaction = {};
  const json_t* data = nullptr;     ///< what the plugin sent; nullptr from the core
  std::string_view reason = {};     ///< webrtc_hangup only: "Close PC", "DTLS alert", ...
  std::string_view jsep_type = {};  ///< "offer", "answer" or ""
  std::string_view sdp = {};
  int pc = 0;  ///< with a jsep: number of the PeerConnection that it belongs to
};

class CoreClient {
 public:
  virtual ~CoreClient() = default;
  /// Must not block. Called right after the step "receives" of this client.
  virtual void on_event(const CoreEvent& event) = 0;
};

}  // namespace onhook::fakes
