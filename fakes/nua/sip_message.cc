// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/sip_message.h"

#include <fmt/format.h>
#include <sofia-sip/msg_parser.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>

#include "fakes/counted.h"

namespace onhook::fakes {
namespace {

std::string_view or_empty(const char* text) { return text ? text : std::string_view{}; }

}  // namespace

SipMessagePtr SipMessage::parse(std::string text) {
  msg_t* msg = msg_make(sip_default_mclass(), 0, text.data(), static_cast<ssize_t>(text.size()));
  if (!msg) return nullptr;
  sip_t* sip = sip_object(msg);
  const bool whole = sip && !msg_has_error(msg) && !sip->sip_error &&
                     (sip->sip_request || sip->sip_status) && sip->sip_via && sip->sip_from &&
                     sip->sip_to && sip->sip_call_id && sip->sip_cseq;
  if (!whole) {
    msg_destroy(msg);
    return nullptr;
  }
  return SipMessagePtr(new SipMessage(std::move(text), msg, sip));
}

SipMessage::SipMessage(std::string text, msg_t* msg, sip_t* sip)
    : text_(std::move(text)), msg_(msg), sip_(sip) {}

SipMessage::~SipMessage() {
  last_reference(this);
  msg_destroy(msg_);
}

std::string_view SipMessage::phrase() const {
  return is_request() ? std::string_view{} : or_empty(sip_->sip_status->st_phrase);
}

std::string_view SipMessage::from_tag() const { return or_empty(sip_->sip_from->a_tag); }
std::string_view SipMessage::to_tag() const { return or_empty(sip_->sip_to->a_tag); }
std::string_view SipMessage::branch() const { return or_empty(sip_->sip_via->v_branch); }

std::string_view SipMessage::body() const {
  const sip_payload_t* payload = sip_->sip_payload;
  return payload ? std::string_view(payload->pl_data, payload->pl_len) : std::string_view{};
}

std::string SipMessage::label() const {
  return is_request() ? std::string(method()) : fmt::format("{} {}", status(), method());
}

}  // namespace onhook::fakes
