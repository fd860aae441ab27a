// SPDX-License-Identifier: GPL-3.0-or-later
// The other end of the plugin's signalling, as the world and a scenario see it: somebody who speaks
// SIP text (sip_peer.h), or a second real user agent (fakes/sofia/sofia_peer.h).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/env.h"
#include "fakes/media/media_endpoint.h"
#include "fakes/script.h"

namespace onhook::fakes {

struct SipPeerConfig {
  std::string name;  ///< actor and user part: "bob"
  Address sip;       ///< where it listens
  Address rtp;       ///< the audio address in its SDP; RTCP is one port higher
  /// "" asks for none; else REGISTER and INVITE are challenged, and only credentials with this
  /// password are let in (RFC 2617 digest).
  std::string password;
  /// What it can send by name, as it stands.
  std::vector<Datagram> datagrams;
};

class SipActor {
 public:
  virtual ~SipActor() = default;

  /// Its end of the media, which outlives it: without one it can do nothing about media.
  virtual void use_media(MediaEndpoint& media) = 0;
  /// The rules that override its defaults, in order; those of other actors are passed over.
  virtual void set_reactions(std::vector<Reaction> reactions) = 0;
  /// Starts the clock of an instruction of this actor: "sends BYE" within its window from now.
  virtual void play(const Instruction& instruction) = 0;

  enum class Offer { with_sdp, without_sdp };
  /// Sends INVITE to a URI ("sip:alice@127.0.0.1") whose user agent the network knows, at once.
  virtual void call(std::string_view uri, Offer offer = Offer::with_sdp) = 0;

  enum class CallState { idle, calling, ringing, incall, ending };
  /// Of the latest call.
  virtual CallState call_state() const = 0;
  /// Calls that neither side has ended.
  virtual std::size_t open_calls() const = 0;
  /// "sip:bob@127.0.0.1:5070", what the plugin is told to call.
  virtual std::string uri() const = 0;
  /// Where the plugin wants its audio, from its latest SDP; nullopt before one or after the call.
  virtual std::optional<Address> remote_rtp() const = 0;
};

}  // namespace onhook::fakes
