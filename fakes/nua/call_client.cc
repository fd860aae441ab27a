// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/call_client.h"

#include "fakes/nua/server_request.h"
#include "fakes/nua/user_agent.h"

namespace onhook::fakes {
namespace {

constexpr char kSdpType[] = "application/sdp";

bool has_sdp(const SipMessage& message) {
  const sip_content_type_t* type = message.sip()->sip_content_type;
  return !message.body().empty() && type && type->c_type &&
         std::string_view(type->c_type) == kSdpType;
}

}  // namespace

// INVITE -----------------------------------------------------------------------------------------

std::optional<ClientRequest::Failure> InviteRequest::prepare() {
  usage = handle_.session();
  neutral_ = true;
  if (usage) {
    for (const auto& request : handle_.served)
      if (request->usage == usage && request->method() == "INVITE" && request->pending())
        return Failure{491, "Request Pending"};
  } else {
    usage = handle_.add_usage(std::make_unique<Session>(handle_));
  }
  if (session()->state >= nua_callstate_terminating) return Failure{900, "Session is terminating"};
  bind(usage);
  neutral_ = false;
  return std::nullopt;
}

std::optional<ClientRequest::Failure> InviteRequest::complete(RequestParts& parts) {
  if (!usage) return Failure{481, "Call/Transaction Does Not Exist"};
  if (session()->state >= nua_callstate_terminating) return Failure{900, "Session is terminating"};
  usage->stop_refresh();
  if (!handle_.media) return Failure{900, "Internal media error"};
  handle_.media->start_round();
  if (!parts.body.empty()) return std::nullopt;
  if (!handle_.media->make_offer()) return Failure{900, "Internal error"};
  parts.body = handle_.media->local_sdp();
  if (parts.body.empty()) return Failure{900, "Internal media error"};
  parts.content_type = kSdpType;
  parts.extra += "Content-Disposition: session\r\n";
  offer_sent = true;
  return std::nullopt;
}

void InviteRequest::on_sent() {
  if (offer_sent) session()->sent = Session::Sdp::offer;
  if (!restarting_) change_call_state(handle_, session(), 0, "INVITE sent", nua_callstate_calling);
}

void InviteRequest::on_provisional(const SipMessagePtr& message) {
  if (message->sip()->sip_rseq)
    agent_.env().unmodelled("nua: a reliable provisional response (RFC 3262)");
  take_description(message);
  finish(message);
}

void InviteRequest::on_final(const SipMessagePtr& message) {
  if (usage && message && status_ < 300) usage->ready = true;
  take_description(message);
  finish(message);
}

/// Feeds the SDP of a response to offer and answer.
void InviteRequest::take_description(const SipMessagePtr& message) {
  if (!usage || !message || status_ >= 300 || !has_sdp(*message)) return;
  if (answer_received) return;  // once more what a provisional response said
  MediaSession* media = handle_.media.get();
  const bool parsed = media && media->take_remote(message->body());
  if (media && !parsed) {
    graceful_ = true;
    session()->reason = "SIP;cause=400;text=\"Malformed Session Description\"";
  }
  if (offer_sent) {
    answer_received = true;
    session()->received = Session::Sdp::answer;
    if (parsed && media->take_answer() && media->activate())
      session()->sdp_version = media->user_version();
  } else {
    offer_received = true;
    answer_sent = false;
    session()->received = Session::Sdp::offer;
  }
}

nua_callstate InviteRequest::state_after(const SipMessagePtr& message) const {
  (void)message;
  if (status_ == 100) return nua_callstate_calling;
  if (status_ < 300 && graceful_) return nua_callstate_terminating;
  if (status_ < 200) return nua_callstate_proceeding;
  if (status_ < 300) return nua_callstate_completing;
  if (ends_ != Ends::nothing) return nua_callstate_terminated;
  if (graceful_ && session()->state >= nua_callstate_completing) return nua_callstate_terminating;
  return nua_callstate_init;
}

void InviteRequest::report(const SipMessagePtr& message, TagList tags) {
  const auto keep = shared_from_this();
  ClientRequest::report(message, std::move(tags));
  if (waiting_) return;
  Session* call = session();
  if (!call) {
    change_call_state(handle_, nullptr, status_, phrase_, nua_callstate_terminated);
    return;
  }
  if (neutral_) {
    change_call_state(handle_, call, status_, phrase_, call->state);
    return;
  }
  call->reporting = true;
  nua_callstate next = state_after(message);
  if (next == nua_callstate_terminating && status_ >= 200 && status_ < 300) acknowledge(nullptr);
  if (next == nua_callstate_completing) {
    const auto& auto_ack = handle_.prefs().auto_ack;
    if (auto_ack.value_or(true))
      next = acknowledge(nullptr) ? nua_callstate_ready : nua_callstate_terminating;
  }
  if (next == nua_callstate_terminating) {
    const bool answered = call->state > nua_callstate_proceeding || status_ >= 200;
    const auto outcome =
        answered ? std::make_shared<ByeRequest>(handle_, TagList(), Origin::stack)->submit()
                 : std::make_shared<CancelRequest>(handle_, nua_r_cancel, TagList(), Origin::stack)
                       ->submit();
    if (outcome == Outcome::failed) {
      next = nua_callstate_terminated;
      ends_ = Ends::usage;
    }
    graceful_ = false;
  }
  call->reporting = false;
  change_call_state(handle_, call, status_, phrase_, next);
}

bool InviteRequest::acknowledge(const tagi_t* tags) {
  const auto keep = shared_from_this();
  const Dialog& dialog = handle_.dialog;
  bool complete_now = true;
  if (dialog.exists && transaction()) {
    const AppHeaders headers = read_headers(handle_.tags().get(), tags);
    RequestParts ack;
    ack.method = "ACK";
    ack.uri = dialog.target.empty() ? transaction()->parts().uri : dialog.target;
    ack.via = agent_.via(agent_.next_branch());
    ack.from = dialog.local_with_tag();
    ack.to = dialog.remote_with_tag();
    ack.call_id = dialog.call_id;
    ack.cseq = cseq_;
    ack.route = dialog.route;
    ack.extra = headers.extra;
    Session* call = session();
    MediaSession* media = handle_.media.get();
    const bool live = call && call->state <= nua_callstate_ready;
    int problem = 0;
    const char* problem_phrase = "";
    std::string reason;
    if (live && media && offer_received && !answer_sent) {
      if (media->make_answer()) {
        answer_sent = true;
        call->sent = Session::Sdp::answer;
        ack.body = media->local_sdp();
        ack.content_type = kSdpType;
      } else {
        problem = 900;
        problem_phrase = "Internal media error";
        reason = "SIP;cause=500;text=\"Internal media error\"";
      }
    }
    if (live && media && problem == 0) {
      if (media->complete()) {
        if (media->activate()) call->sdp_version = media->user_version();
      } else {
        problem = 988;
        problem_phrase = "Incomplete offer/answer";
        reason = "SIP;cause=488;text=\"Incomplete offer/answer\"";
      }
    }
    const std::string text = compose_request(ack);
    agent_.send("ACK", text, agent_.destination(handle_, ack.uri));
    transaction()->acknowledged_with(text);
    if (problem) {
      handle_.event(nua_i_media_error, problem, problem_phrase);
      call->reason = reason;
      complete_now = false;
    }
  }
  acknowledged_ = true;
  leave_queue();
  clean();
  return complete_now;
}

void InviteRequest::acknowledge_if_needed() {
  if (transaction() && !acknowledged_ && status_ >= 200 && status_ < 300) acknowledge(nullptr);
}

void InviteRequest::abandon() {
  const auto keep = shared_from_this();
  if (transaction()) {
    if (status_ < 200)
      transaction()->cancel("", {});
    else
      acknowledge_if_needed();
  }
  ClientRequest::abandon();
}

// CANCEL -----------------------------------------------------------------------------------------

ClientRequest::Outcome CancelRequest::send() {
  const auto keep = shared_from_this();
  const Session* session = handle_.session();
  const auto invite = session ? session->bound : nullptr;
  if (!invite || !invite->transaction() || invite->transaction()->status() >= 200)
    return fail(481, "No transaction to CANCEL");
  auto transaction = invite->transaction()->cancel(headers_.extra, handler());
  if (!transaction) return fail(900, "Internal error");
  own(std::move(transaction));
  return Outcome::under_way;
}

// BYE --------------------------------------------------------------------------------------------

std::optional<ClientRequest::Failure> ByeRequest::prepare() {
  Session* session = handle_.session();
  if (!session || (session->state >= nua_callstate_terminating && origin_ == Origin::application))
    return Failure{900, "Invalid handle for BYE"};
  if (origin_ == Origin::application) session->state = nua_callstate_terminating;
  if (handle_.media) handle_.media->terminate();
  bind(session);
  return std::nullopt;
}

std::optional<ClientRequest::Failure> ByeRequest::complete(RequestParts& parts) {
  if (!usage) return Failure{481, "Call/Transaction Does Not Exist"};
  const auto& reason = static_cast<Session*>(usage)->reason;
  if (!reason.empty()) parts.extra += "Reason: " + reason + "\r\n";
  return std::nullopt;
}

void expect_bye(Handle& handle) {
  const Dialog& dialog = handle.dialog;
  UserAgent& agent = handle.agent();
  if (!dialog.established() || dialog.target.empty() || handle.credentials.known()) return;
  RequestParts parts;
  parts.method = "BYE";
  parts.uri = dialog.target;
  parts.via = agent.via(agent.coming_branch());
  parts.from = dialog.local_with_tag();
  parts.to = dialog.remote_with_tag();
  parts.call_id = dialog.call_id;
  parts.cseq = dialog.cseq + 1;
  parts.route = dialog.route;
  parts.extra = agent.common_headers();
  agent.expect(handle, parts);
}

void ByeRequest::on_sent() {
  usage->stop_refresh();
  const auto served = handle_.served;
  for (const auto& request : served) {
    if (request->usage != usage || !request->pending() || request->method() == "BYE") continue;
    request->answer(486, "Busy Here");
    request->respond({});
  }
}

void ByeRequest::report(const SipMessagePtr& message, TagList tags) {
  ClientRequest::report(message, std::move(tags));
  auto* session = static_cast<Session*>(usage);
  if (!session || status_ < 200 || session->reporting || waiting_) return;
  bind(nullptr);
  change_call_state(handle_, session, status_, "to BYE", nua_callstate_terminated);
  for (const auto& request : handle_.requests)
    if (request->is_invite() && request->status() < 200) return;
  handle_.remove_usage(session, nullptr, nullptr);
}

}  // namespace onhook::fakes
