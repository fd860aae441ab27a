// SPDX-License-Identifier: GPL-3.0-or-later
// The SIP peer: the other end of the plugin's signalling, an actor of the scenario.
//
// It is a user agent, a registrar and the media address of a call in one, and it speaks SIP text
// over the SipNetwork. It has no thread: all it does happens inside steps of its own, "bob gets
// BYE", "bob replies 200, BYE", "bob sends CANCEL". Left alone it is polite (defaults below); a
// scenario's reactions and instructions change that. It keeps the rules of RFC 3261 for what it is
// not told: a CANCEL ends its INVITE with 487, a 2xx is acknowledged, a dialog without ACK is ended
// by BYE after 32 s.
//
// Polite defaults, all at once: INVITE 180, then 200 with an SDP answer (or an offer when the
// INVITE had none); re-INVITE and UPDATE 200; BYE, CANCEL, INFO, MESSAGE, NOTIFY, OPTIONS 200;
// REGISTER 200 (or 401 first, with `password` set); SUBSCRIBE 200 and a NOTIFY; REFER 202.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/env.h"
#include "fakes/nua/sip_network.h"
#include "fakes/script.h"

namespace onhook::fakes {

struct SipPeerConfig {
  std::string name;      ///< actor and user part: "bob"
  Address sip;           ///< where it listens
  Address rtp;           ///< the audio address in its SDP; RTCP is one port higher
  std::string password;  ///< "" asks for none; else requests of REGISTER and INVITE get a challenge
};

class SipPeer : public SipEndpoint {
 public:
  /// Attaches itself to the network; both outlive it.
  SipPeer(Env& env, SipNetwork& network, SipPeerConfig config);
  ~SipPeer() override;

  /// The rules that override the defaults, in order; only those of this actor may be given.
  void set_reactions(std::vector<Reaction> reactions);
  /// Starts the clock of an instruction of this actor: "sends BYE" within its window from now.
  void play(const Instruction& instruction);

  // Acts of the `given` part, at once ------------------------------------------------------------
  enum class Offer { with_sdp, without_sdp };
  /// Sends INVITE to a URI ("sip:alice@127.0.0.1") whose user agent the network knows.
  void call(std::string_view uri, Offer offer = Offer::with_sdp);

  // What the media fake and the laws ask
  // -----------------------------------------------------------
  enum class CallState { idle, calling, ringing, incall, ending };
  CallState call_state() const;
  /// Calls that neither side has ended.
  std::size_t open_calls() const;
  /// "sip:bob@127.0.0.1:5070", what the plugin is told to call.
  std::string uri() const;
  /// Where the plugin wants its audio, from its latest SDP; nullopt before one or after the call.
  std::optional<Address> remote_rtp() const;
  Address local_rtp() const { return config_.rtp; }

  void on_sip(Address from, const SipMessagePtr& message) override;
  std::string_view sip_name() const override { return config_.name; }

 private:
  struct Impl;
  Env& env_;
  SipNetwork& network_;
  SipPeerConfig config_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onhook::fakes
