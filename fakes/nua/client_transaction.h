// SPDX-License-Identifier: GPL-3.0-or-later
// A client transaction (RFC 3261 section 17.1) of a user agent, including the CANCEL of an INVITE
// and the 2xx that nobody waits for any more.
//
// The network below is reliable and the peer answers a repeated request with silence, so that
// retransmitting (timers A and E) changes nothing that the application can see. It is therefore off
// unless the user agent is told otherwise; the time-outs (B, D, F) are always there.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "fakes/env.h"
#include "fakes/nua/agent_timers.h"
#include "fakes/nua/sip_message.h"
#include "fakes/nua/sip_text.h"

namespace onhook::fakes {

class UserAgent;

class ClientTransaction : public std::enable_shared_from_this<ClientTransaction> {
 public:
  /// Told of every response but 100. Responses made here (408, 481, 487) come with a message, too,
  /// as in sofia-sip.
  using Handler =
      std::function<void(int status, const std::string& phrase, const SipMessagePtr& message)>;

  /// `parts.via` is completed with a new branch. Register with UserAgent::transact().
  ClientTransaction(UserAgent& agent, RequestParts parts, std::string branch, Address to,
                    Handler handler);

  enum class Sending { now, held };
  void start(Sending sending);
  void receive(const SipMessagePtr& response);

  /// Cancels an INVITE (section 9.1): the CANCEL waits for a provisional response, unless the user
  /// agent follows RFC 2543. nullptr when it is too late or was done before.
  std::shared_ptr<ClientTransaction> cancel(const std::string& extra, Handler handler);
  /// Nobody waits for the outcome any more; the transaction still ends by the rules.
  void detach() {
    handler_ = nullptr;
    kept_alive_ = nullptr;
  }
  /// Holds `owner` until the transaction is detached.
  void keep_alive(std::shared_ptr<void> owner) { kept_alive_ = std::move(owner); }
  /// Remembers the ACK of a 2xx, to answer repetitions of that response.
  void acknowledged_with(std::string ack) { ack_ = std::move(ack); }

  const std::string& branch() const { return branch_; }
  const std::string& method() const { return method_; }
  const RequestParts& parts() const { return parts_; }
  Address destination() const { return to_; }
  /// The latest status, 0 before the first.
  int status() const { return status_; }

 private:
  bool is_invite() const { return method_ == "INVITE"; }
  void send();
  void retransmit_after(TimeNs interval);
  void expire_after(TimeNs delay);
  void expire();
  /// A final response made here (408, 481, 487), delivered like one of the peer's.
  void conclude(int status);
  void deliver(int status, const SipMessagePtr& message);
  void acknowledge_failure(const SipMessage& response);
  void end_orphan(const SipMessage& response);

  UserAgent& agent_;
  RequestParts parts_;
  std::string method_;
  std::string branch_;
  std::string text_;
  Address to_;
  Handler handler_;
  std::shared_ptr<void> kept_alive_;
  int status_ = 0;
  bool completed_ = false;  ///< a final response has come, or an INVITE was cancelled
  bool cancelled_ = false;
  std::shared_ptr<ClientTransaction> held_cancel_;
  std::string ack_;
  std::string winner_tag_;  ///< To tag of the first final response
  AgentTimers::Id timeout_ = AgentTimers::kNone;
  AgentTimers::Id retransmission_ = AgentTimers::kNone;
};

}  // namespace onhook::fakes
