// SPDX-License-Identifier: GPL-3.0-or-later
// A SIP message that crossed the virtual network: its text, and what sofia-sip's own parser makes
// of it. Both ends get the message through here, so that the plugin's callback reads a real sip_t.
//
// A SipMessage is never changed once parsed; both ends share it by reference count.
#pragma once

#include <sofia-sip/msg.h>
#include <sofia-sip/sip.h>

#include <memory>
#include <string>
#include <string_view>

namespace onhook::fakes {

class SipMessage {
 public:
  /// Parses a complete message; nullptr when sofia-sip finds a fault in it.
  static std::shared_ptr<const SipMessage> parse(std::string text);
  ~SipMessage();
  SipMessage(const SipMessage&) = delete;
  SipMessage& operator=(const SipMessage&) = delete;

  const std::string& text() const { return text_; }
  msg_t* msg() const { return msg_; }
  const sip_t* sip() const { return sip_; }

  bool is_request() const { return sip_->sip_request != nullptr; }
  /// Of a response: 100..699; of a request 0.
  int status() const { return is_request() ? 0 : sip_->sip_status->st_status; }
  std::string_view phrase() const;
  /// "BYE": the method of the request, or of the request that a response answers.
  std::string_view method() const { return sip_->sip_cseq->cs_method_name; }
  std::uint32_t cseq() const { return sip_->sip_cseq->cs_seq; }
  std::string_view call_id() const { return sip_->sip_call_id->i_id; }
  std::string_view from_tag() const;
  std::string_view to_tag() const;
  /// Branch of the topmost Via, without which a message is not accepted.
  std::string_view branch() const;
  /// The message body, "" when there is none.
  std::string_view body() const;
  /// "BYE" or "200 BYE": how ladders and scenarios call the message.
  std::string label() const;

 private:
  SipMessage(std::string text, msg_t* msg, sip_t* sip);
  std::string text_;
  msg_t* msg_;
  sip_t* sip_;
};

using SipMessagePtr = std::shared_ptr<const SipMessage>;

}  // namespace onhook::fakes
