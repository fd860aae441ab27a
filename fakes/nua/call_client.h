// SPDX-License-Identifier: GPL-3.0-or-later
// The requests that make and end a call of ours: INVITE with its ACK, CANCEL, BYE.
#pragma once

#include "fakes/nua/client_request.h"
#include "fakes/nua/session.h"

namespace onhook::fakes {

class InviteRequest : public ClientRequest {
 public:
  InviteRequest(Handle& handle, TagList tags)
      : ClientRequest(handle, "INVITE", nua_r_invite,
                      {.creates_dialog = true, .refreshes_target = true}, std::move(tags),
                      Origin::application) {}

  /// Sends the ACK of a 2xx: true when the offer and answer are complete with it. Otherwise the
  /// session's reason tells why the call has to end.
  bool acknowledge(const tagi_t* tags);
  /// The same for one that the application has left waiting.
  void acknowledge_if_needed();
  void abandon() override;

 protected:
  std::optional<Failure> prepare() override;
  std::optional<Failure> complete(RequestParts& parts) override;
  void on_sent() override;
  void on_provisional(const SipMessagePtr& message) override;
  void on_final(const SipMessagePtr& message) override;
  void report(const SipMessagePtr& message, TagList tags) override;

 private:
  Session* session() const { return static_cast<Session*>(usage); }
  void take_description(const SipMessagePtr& message);
  nua_callstate state_after(const SipMessagePtr& message) const;
};

class CancelRequest : public ClientRequest {
 public:
  /// `answer`: nua_bye() of an unanswered call is answered as nua_r_bye.
  CancelRequest(Handle& handle, nua_event_t answer, TagList tags, Origin origin)
      : ClientRequest(handle, "CANCEL", answer, {}, std::move(tags), origin) {}

 protected:
  Outcome send() override;
};

class ByeRequest : public ClientRequest {
 public:
  ByeRequest(Handle& handle, TagList tags, Origin origin)
      : ClientRequest(handle, "BYE", nua_r_bye, {}, std::move(tags), origin) {}

 protected:
  std::optional<Failure> prepare() override;
  std::optional<Failure> complete(RequestParts& parts) override;
  void on_sent() override;
  void report(const SipMessagePtr& message, TagList tags) override;
};

/// Tells the network what an nua_bye() without headers would send next, so that it is parsed before
/// it is needed. Changes nothing.
void expect_bye(Handle& handle);

}  // namespace onhook::fakes
