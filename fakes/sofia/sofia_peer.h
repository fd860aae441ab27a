// SPDX-License-Identifier: GPL-3.0-or-later
// A SIP peer that is a second real user agent of libsofia-sip-ua, with its own stack thread and
// sockets, for UDP and for TCP: what it sends, repeats and refuses is the library's doing.
//
// It has a thread of its own, on which its events arrive as steps, "bob gets BYE"; it answers from
// there, or later where a reaction has a window. Defaults: INVITE 180, then 200; BYE 200; the rest
// as the library does by itself. Reactions: on INVITE and BYE "replies N" and "ignores".
// Instructions: "sends" INVITE ("to" whom), BYE, CANCEL, INFO, MESSAGE, OPTIONS. What a scenario
// asks beyond that ends the run by name: that is for a sip_peer.
#pragma once

#include <sofia-sip/nua.h>
#include <sofia-sip/su_wait.h>

#include "fakes/nua/sip_network.h"
#include "fakes/sip_peer/sip_actor.h"

namespace onhook::fakes {

class SofiaPeer final : public SipActor {
 public:
  /// `network` tells where guests are; it carries nothing of this peer's. Starts its thread.
  SofiaPeer(Env& env, SipNetwork& network, SipPeerConfig config);
  SofiaPeer(const SofiaPeer&) = delete;
  SofiaPeer& operator=(const SofiaPeer&) = delete;

  void use_media(MediaEndpoint&) override {}
  void set_reactions(std::vector<Reaction> reactions) override;
  void play(const Instruction& instruction) override;
  void call(std::string_view uri, Offer offer) override;
  CallState call_state() const override;
  std::size_t open_calls() const override;
  std::string uri() const override;
  std::optional<Address> remote_rtp() const override;

 private:
  struct Call {
    nua_handle_t* handle = nullptr;
    CallState state = CallState::idle;
    std::optional<Address> remote_rtp;
  };
  void run();
  static void on_event(nua_event_t event, int status, char const* phrase, nua_t* nua,
                       nua_magic_t* magic, nua_handle_t* handle, nua_hmagic_t* handle_magic,
                       sip_t const* sip, tagi_t tags[]);
  void on_request(nua_event_t event, nua_handle_t* handle, const sip_t& sip);
  void on_state(nua_handle_t* handle, const tagi_t* tags);
  void answer_invite(nua_handle_t* handle);
  void answer_bye(nua_handle_t* handle);
  void respond(nua_handle_t* handle, int status, nua_saved_event_t* bye);
  void send(const std::string& method, const std::map<std::string, std::string>& attributes);
  Call& call_of(nua_handle_t* handle);
  const Reaction* reaction_to(std::string_view trigger) const;
  std::string sdp() const;

  Env& env_;
  SipNetwork& network_;
  const SipPeerConfig config_;
  nua_t* nua_ = nullptr;
  std::vector<Call> calls_;  ///< in order; a handle stays though its call is over
  std::vector<Reaction> reactions_;
};

}  // namespace onhook::fakes
