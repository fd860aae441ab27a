// SPDX-License-Identifier: GPL-3.0-or-later
// The peer's requests that make and end a call: INVITE with its ACK and CANCEL, BYE.
#pragma once

#include "fakes/nua/agent_timers.h"
#include "fakes/nua/server_request.h"
#include "fakes/nua/session.h"

namespace onhook::fakes {

class InviteServer : public ServerRequest {
 public:
  InviteServer(UserAgent& agent, const SipMessagePtr& request, Address from, Place place)
      : ServerRequest(agent, nua_i_invite,
                      {.creates_dialog = true, .refreshes_target = true, .adds_contact = true},
                      request, from, place) {}
  ~InviteServer() override;

  Reported report() override;
  /// The ACK of our 2xx has come.
  void acknowledge(const SipMessagePtr& ack);
  /// The peer cancels it, which is answered already.
  void cancel(const SipMessagePtr& cancel);

 protected:
  void init() override;
  void preprocess() override;
  void complete(ResponseParts& parts, const TagList& tags) override;
  void on_responded() override;

 private:
  Session* session() const { return static_cast<Session*>(usage); }
  void describe(ResponseParts& parts, const TagList& tags);
  void end_call(int status, std::string_view phrase);
  void expire();

  AgentTimers::Id ack_timer_ = AgentTimers::kNone;
};

class ByeServer : public ServerRequest {
 public:
  ByeServer(UserAgent& agent, const SipMessagePtr& request, Address from, Place place)
      : ServerRequest(agent, nua_i_bye, {.only_in_dialog = true}, request, from, place) {}

  Reported report() override;

 protected:
  void init() override;
};

}  // namespace onhook::fakes
