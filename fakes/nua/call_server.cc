// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/call_server.h"

#include <fmt/format.h>
#include <sofia-sip/soa_tag.h>

#include "fakes/nua/call_client.h"
#include "fakes/nua/user_agent.h"

namespace onhook::fakes {
namespace {

constexpr std::string_view kSdpType = "application/sdp";

std::string_view content_type(const SipMessage& message) {
  const sip_content_type_t* type = message.sip()->sip_content_type;
  return type && type->c_type ? std::string_view(type->c_type) : std::string_view{};
}

bool carries_sdp(const SipMessage& message) {
  return !message.body().empty() && content_type(message) == kSdpType;
}

}  // namespace

// INVITE -----------------------------------------------------------------------------------------

InviteServer::~InviteServer() { agent_.timers().cancel(ack_timer_); }

void InviteServer::init() {
  neutral_ = true;
  if (place_ == Place::in_dialog) usage = handle_->session();
  if (usage && session()->state >= nua_callstate_terminating)
    return answer(481, "Call is being terminated");
  if (!request_->body().empty() && content_type(*request_) != kSdpType)
    return answer(415, "Unsupported Media Type");
  if (usage) {
    // Overlap and glare: RFC 3261 section 14.2.
    for (const auto& other : handle_->served)
      if (other->method() == "INVITE") return answer(500, "Overlapping Requests");
    for (const auto& ours : handle_->requests)
      if (ours->usage == usage && ours->transaction() && ours->offer_sent)
        return answer(491, "Request Pending");
    if (session()->state < nua_callstate_ready && session()->state != nua_callstate_init)
      return answer(500, "Overlapping Requests 2");
  }
  neutral_ = false;
}

void InviteServer::preprocess() {
  MediaSession* media = handle_->media.get();
  if (media) media->start_round();
  if (carries_sdp(*request_)) {
    if (media && !media->take_remote(request_->body()))
      return answer(400, "Bad Session Description");
    offer_received = true;
  }
  if (!usage) usage = handle_->add_usage(std::make_unique<Session>(*handle_));
  if (offer_received) session()->received = Session::Sdp::offer;
  const auto& automatic = handle_->prefs().auto_answer;
  // A re-INVITE is answered by the stack unless the application said otherwise on this handle.
  if (automatic.value_or(session()->state == nua_callstate_ready)) answer(200, "OK");
}

void InviteServer::complete(ResponseParts& parts, const TagList& tags) {
  if (!usage) {
    if (status_ < 300) answer(500, "Internal Server Error");
    return;
  }
  if (handle_->media) describe(parts, tags);
}

/// Offer or answer of a response (RFC 3261 section 13.2.1, RFC 3264).
void InviteServer::describe(ResponseParts& parts, const TagList& tags) {
  MediaSession& media = *handle_->media;
  const bool final = status_ >= 200;
  if (status_ >= 300) return media.forget_remote();
  const bool may_answer = final || (status_ > 100 && tags.find(soatag_user_sdp_str));
  bool offers = false;
  bool answers = false;
  if (offer_sent && !answer_received) {
    // waits for the answer
  } else if (offer_received && !answer_sent && may_answer) {
    answers = media.make_answer() && media.activate();
    if (!answers && final) {
      const char* phrase = nullptr;
      const int status = media.failure(&phrase);
      answer(status, phrase ? phrase : "");
    }
  } else if (offer_received && answer_sent && may_answer) {
    answers = true;
  } else if (!offer_received && !offer_sent && final) {
    offers = media.make_offer();
    if (!offers) {
      const char* phrase = nullptr;
      const int status = media.failure(&phrase);
      answer(status, phrase ? phrase : "");
    }
  }
  if (status_ >= 300 || !(offers || answers)) return;
  parts.body = media.local_sdp();
  if (parts.body.empty()) return answer(500, "Internal Server Error");
  parts.content_type = kSdpType;
  parts.extra += "Content-Disposition: session\r\n";
  if (offers) {
    offer_sent = true;
    session()->sent = Session::Sdp::offer;
  } else {
    answer_sent = true;
    session()->sent = Session::Sdp::answer;
    if (final) session()->sdp_version = media.user_version();
  }
}

void InviteServer::on_responded() {
  if (status_ < 200 || status_ >= 300) return;
  ack_timer_ = agent_.timers().set(agent_.transaction_timeout(),
                                   [self = std::weak_ptr<ServerRequest>(weak_from_this())] {
                                     if (const auto keep = self.lock())
                                       static_cast<InviteServer&>(*keep).expire();
                                   });
}

ServerRequest::Reported InviteServer::report() {
  const auto keep = shared_from_this();
  const bool by_application = application_ != 0;
  Usage* const kept_usage = usage;
  const Reported result = report_base();
  if (result == Reported::terminated || !kept_usage) return result;
  auto* call = static_cast<Session*>(kept_usage);
  if (status_ < 300 || by_application) {
    nua_callstate next = nua_callstate_received;
    if (status_ >= 300)
      next = nua_callstate_init;
    else if (status_ >= 200)
      next = nua_callstate_completed;
    else if (status_ > 100)
      next = nua_callstate_early;
    change_call_state(*handle_, call, status_, phrase_, next);
  }
  if (status_ >= 200 && status_ < 300) call->ready = true;
  if (status_ >= 300 && !neutral_ && handle_->media) handle_->media->start_round();
  if (call->state == nua_callstate_init) handle_->remove_usage(call, nullptr, nullptr);
  return result;
}

void InviteServer::acknowledge(const SipMessagePtr& ack) {
  const auto keep = shared_from_this();
  agent_.timers().cancel(ack_timer_);
  Session* call = session();
  if (!call) return drop();
  MediaSession* media = handle_->media.get();
  if (offer_sent && !answer_received && media) {
    const bool answered = carries_sdp(*ack);
    if (answered) call->received = Session::Sdp::answer;
    int status = 0;
    std::string phrase;
    if (!answered) {
      const bool mere_refresh = call->state >= nua_callstate_ready &&
                                media->user_version() == call->sdp_version && media->take_reject();
      if (!mere_refresh) {
        status = 488;
        phrase = "Offer-Answer error";
        call->reason = "SIP;cause=488;text=\"No answer to offer\"";
      }
    } else if (media->take_remote(ack->body()) && media->take_answer() && media->activate()) {
      call->sdp_version = media->user_version();
    } else {
      const char* text = nullptr;
      status = media->failure(&text);
      phrase = text ? text : "";
      call->reason = media->failure_reason();
    }
    if (status != 0) {
      handle_->event(nua_i_ack, status, phrase, ack);
      handle_->event(nua_i_media_error, status, phrase);
      return end_call(488, "Offer-Answer Error");
    }
  }
  if (media) media->forget_remote();
  handle_->event(nua_i_ack, 200, "OK", ack);
  change_call_state(*handle_, call, 200, "OK", nua_callstate_ready);
  drop();
}

/// Sends BYE of the stack's own accord.
void InviteServer::end_call(int status, std::string_view phrase) {
  Session* call = session();
  call->reporting = true;
  const auto outcome = std::make_shared<ByeRequest>(*handle_, TagList(), Origin::stack)->submit();
  call->reporting = false;
  change_call_state(*handle_, call, status, phrase,
                    outcome == ClientRequest::Outcome::failed ? nua_callstate_terminated
                                                              : nua_callstate_terminating);
}

/// No ACK within 64 * T1 (RFC 3261 section 13.3.1.4).
void InviteServer::expire() {
  const auto keep = shared_from_this();
  if (!session()) return drop();
  handle_->event(nua_i_error, 408, "ACK Timeout");
  session()->reason = "SIP;cause=408;text=\"ACK Timeout\"";
  end_call(0, "ACK Timeout");
  drop();
}

void InviteServer::cancel(const SipMessagePtr& cancel) {
  const auto keep = shared_from_this();
  handle_->event(nua_i_cancel, 200, "OK", cancel);
  answer(487, "Request Terminated");
  application_ = 487;
  respond({});
  report();
}

// BYE --------------------------------------------------------------------------------------------

void ByeServer::init() {
  terminating = true;
  usage = handle_ ? handle_->session() : nullptr;
  if (!usage) answer(481, "No Such Call");
}

ServerRequest::Reported ByeServer::report() {
  const auto keep = shared_from_this();
  if (status_ >= 200 && usage) {
    const auto* call = static_cast<Session*>(usage);
    const char* phrase =
        call->state < nua_callstate_ready ? "Early Session Terminated" : "Session Terminated";
    const auto served = handle_->served;
    for (const auto& other : served) {
      if (other.get() == this || other->usage != usage) continue;
      if (other->pending()) {
        other->answer(487, phrase);
        other->respond({});
      }
      other->drop();
    }
    phrase_ = phrase;
  }
  return report_base();
}

}  // namespace onhook::fakes
