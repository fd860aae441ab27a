// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/client_transaction.h"

#include <fmt/format.h>
#include <sofia-sip/sip_status.h>

#include <algorithm>

#include "fakes/nua/dialog.h"
#include "fakes/nua/user_agent.h"

namespace onhook::fakes {
namespace {

constexpr TimeNs kT1 = 500 * kMillisecond;  // RFC 3261 section 17.1.1.1
constexpr TimeNs kT2 = 4 * kSecond;
constexpr TimeNs kTimerD = 32 * kSecond;

}  // namespace

ClientTransaction::ClientTransaction(UserAgent& agent, RequestParts parts, std::string branch,
                                     Address to, Handler handler)
    : agent_(agent),
      parts_(std::move(parts)),
      method_(parts_.method),
      branch_(std::move(branch)),
      to_(to),
      handler_(std::move(handler)) {
  parts_.method = method_;
  parts_.via = agent_.via(branch_);
  text_ = compose_request(parts_);
}

void ClientTransaction::start(Sending sending) {
  if (sending == Sending::held) return;
  send();
  expire_after(agent_.transaction_timeout());
  if (agent_.retransmits()) retransmit_after(kT1);
}

void ClientTransaction::send() { agent_.send(method_, text_, to_); }

void ClientTransaction::retransmit_after(TimeNs interval) {
  retransmission_ = agent_.timers().set(interval, [self = weak_from_this(), interval] {
    const auto keep = self.lock();
    if (!keep || keep->status_ >= 200) return;
    keep->send();
    keep->retransmit_after(keep->is_invite() ? 2 * interval : std::min(2 * interval, kT2));
  });
}

void ClientTransaction::expire_after(TimeNs delay) {
  agent_.timers().cancel(timeout_);
  timeout_ = agent_.timers().set(delay, [self = weak_from_this()] {
    if (const auto keep = self.lock()) keep->expire();
  });
}

void ClientTransaction::expire() {
  timeout_ = AgentTimers::kNone;
  if (status_ >= 200) return;
  const auto cancel = std::exchange(held_cancel_, nullptr);
  conclude(408);
  if (cancel) cancel->conclude(408);
}

void ClientTransaction::receive(const SipMessagePtr& response) {
  const auto keep = shared_from_this();
  const int status = std::max(100, response->status());
  agent_.timers().cancel(retransmission_);
  if (const auto cancel = std::exchange(held_cancel_, nullptr)) {
    if (status < 200) {
      cancel->start(Sending::now);
      completed_ = true;
      expire_after(kTimerD);
    } else {
      cancel->conclude(481);
    }
  }
  if (!is_invite()) {
    if (status_ >= 200) return;
    if (status >= 200) {
      agent_.timers().cancel(timeout_);
      agent_.forget(*this);
    }
    return deliver(status, response);
  }
  if (status < 200) {
    if (status_ >= 200) return;
    if (!completed_) agent_.timers().cancel(timeout_);
    return deliver(status, response);
  }
  if (status >= 300) acknowledge_failure(*response);
  if (status_ >= 200 || (!handler_ && status < 300)) {
    if (status >= 300) return;
    if (!winner_tag_.empty() && winner_tag_ == response->to_tag()) {
      if (!ack_.empty()) agent_.send("ACK", ack_, to_);
      return;
    }
    return end_orphan(*response);
  }
  agent_.timers().cancel(timeout_);
  completed_ = true;
  winner_tag_ = response->to_tag();
  deliver(status, response);
}

void ClientTransaction::deliver(int status, const SipMessagePtr& message) {
  status_ = status;
  if (status == 100 || !handler_) return;
  const Handler handler = handler_;
  const std::string phrase =
      message ? std::string(message->phrase()) : std::string(sip_status_phrase(status));
  handler(status, phrase, message);
}

void ClientTransaction::conclude(int status) {
  agent_.timers().cancel(timeout_);
  agent_.timers().cancel(retransmission_);
  completed_ = true;
  if (!is_invite()) agent_.forget(*this);
  const auto request = SipMessage::parse(text_);
  const auto keep = shared_from_this();
  deliver(status, SipMessage::parse(compose_response(
                      *request, {.status = status,
                                 .phrase = {},
                                 .to_tag = method_ == "CANCEL" ? std::string_view{} : "internal",
                                 .contact = {},
                                 .extra = {},
                                 .content_type = {},
                                 .body = {}})));
}

std::shared_ptr<ClientTransaction> ClientTransaction::cancel(const std::string& extra,
                                                             Handler handler) {
  if (!is_invite() || cancelled_ || status_ >= 200) return nullptr;
  cancelled_ = true;
  const bool as_rfc2543 = agent_.cancels_as_rfc2543();
  const bool held = !as_rfc2543 && status_ < 100;
  RequestParts parts = parts_;
  parts.method = "CANCEL";
  parts.contact.clear();
  parts.extra = extra;
  parts.content_type.clear();
  parts.body.clear();
  if (as_rfc2543) {
    // Reported as soon as the current work is done: the INVITE is over for the application.
    agent_.timers().defer([keep = shared_from_this()] {
      if (keep->status_ < 200) keep->conclude(487);
    });
  }
  auto cancel = std::make_shared<ClientTransaction>(agent_, std::move(parts), branch_, to_,
                                                    std::move(handler));
  agent_.transact(cancel);
  if (held) {
    held_cancel_ = cancel;
  } else {
    if (!as_rfc2543) {
      completed_ = true;
      expire_after(kTimerD);
    }
    cancel->start(Sending::now);
  }
  return cancel;
}

void ClientTransaction::acknowledge_failure(const SipMessage& response) {
  RequestParts ack = parts_;
  ack.method = "ACK";
  ack.to = Dialog::to_of(response);
  ack.contact.clear();
  ack.extra.clear();
  ack.content_type.clear();
  ack.body.clear();
  agent_.send("ACK", compose_request(ack), to_);
}

void ClientTransaction::end_orphan(const SipMessage& response) {
  RequestParts parts = parts_;
  parts.to = Dialog::to_of(response);
  parts.contact.clear();
  parts.extra.clear();
  parts.content_type.clear();
  parts.body.clear();
  if (const auto* contact = response.sip()->sip_contact) parts.uri = uri_of(contact->m_url);
  parts.method = "ACK";
  parts.via = agent_.via(agent_.next_branch());
  agent_.send("ACK", compose_request(parts), to_);
  parts.method = "BYE";
  ++parts.cseq;
  agent_
      .transact(
          std::make_shared<ClientTransaction>(agent_, parts, agent_.next_branch(), to_, Handler{}))
      ->start(Sending::now);
}

}  // namespace onhook::fakes
