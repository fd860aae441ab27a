// SPDX-License-Identifier: GPL-3.0-or-later
// The responses that the peer sends.
#include <fmt/format.h>
#include <sofia-sip/sip_status.h>

#include <algorithm>

#include "fakes/nua/sip_text.h"
#include "fakes/sip_peer/digest.h"
#include "fakes/sip_peer/sip_peer.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

std::string attribute(const std::map<std::string, std::string>& attributes, const char* name) {
  const auto it = attributes.find(name);
  return it == attributes.end() ? std::string() : it->second;
}

/// What a registrar's 2xx lists (RFC 3261 section 10.3, step 8). The real nua refreshes by it, and
/// takes one that does not list its Contact for an hour.
std::string bindings_line(const SipMessage& request) {
  const auto* expires = request.sip()->sip_expires;
  return header_lines(request.text(), "Contact") +
         fmt::format("Expires: {}\r\n", expires ? expires->ex_delta : 3600);
}

}  // namespace

void SipPeer::reply(const ReceivedPtr& received, const DialogPtr& dialog, int status,
                    std::string extra) {
  if (received->status >= 200) return;
  env_.note(
      {config_.name, verb::kReplies, fmt::format("{}, {}", status, received->request->method())});
  send_reply(received, dialog, status, {}, std::move(extra));
}

void SipPeer::reply_within(Window window, const ReceivedPtr& received, const DialogPtr& dialog,
                           int status, const Attributes& attributes) {
  const std::string detail = fmt::format("{}, {}", status, received->request->method());
  env_.after_unless(
      window, {config_.name, verb::kReplies, detail},
      [received] { return received->status >= 200; },
      [this, received, dialog, status, attributes] {
        send_reply(received, dialog, status, attributes);
        const std::string then = attribute(attributes, "then");
        if (then.empty() || received->status >= 200) return;
        const TimeNs later = std::atoll(attribute(attributes, "then_ms").c_str()) * kMillisecond;
        Attributes rest = attributes;
        rest.erase("then");
        reply_within(Window::exactly(later), received, dialog, std::atoi(then.c_str()), rest);
      });
}

void SipPeer::send_reply(const ReceivedPtr& received, const DialogPtr& dialog, int status,
                         const Attributes& attributes, std::string extra) {
  const SipMessage& request = *received->request;
  const std::string_view method = request.method();
  const std::string phrase = attribute(attributes, "phrase");
  const std::string reason = attribute(attributes, "reason");
  ResponseParts parts;
  parts.status = status;
  parts.phrase = phrase;
  parts.to_tag = status == 100 ? std::string_view{} : std::string_view(received->to_tag);
  parts.extra = std::move(extra);
  if ((status == 401 || status == 407) && parts.extra.empty()) parts.extra = challenge_line(status);
  if (method == "REGISTER" && status >= 200 && status < 300) parts.extra += bindings_line(request);
  if (!reason.empty()) parts.extra += "Reason: " + reason + "\r\n";

  if (method == "INVITE" && dialog && status > 100 && status < 300) {
    parts.contact = contact();
    const bool wants_sdp = status >= 200 || status == 183;
    const std::string text = attribute(attributes, "sdp");
    if (wants_sdp && !text.empty()) {
      if (text != "none") parts.body = text;
    } else if (wants_sdp) {
      const PeerSdp sdp = sdp_of(*dialog, attributes);
      if (request.body().empty()) {
        parts.body = make_offer(sdp);
      } else if (auto answer = make_answer(sdp, request.body())) {
        parts.body = std::move(*answer);
      } else {
        parts.status = status = 488;
        parts.phrase = {};
        parts.contact.clear();
      }
    }
    if (!parts.body.empty()) {
      parts.content_type = "application/sdp";
      listen_as(parts.body);
    }
  }

  // All of the peer's state first: sending lets others run.
  received->status = status;
  received->response = compose_response(request, parts);
  if (dialog && dialog->invite == received && status >= 200) {
    dialog->invite = nullptr;
    if (status < 300) {
      if (dialog->state == CallState::ringing) dialog->state = CallState::incall;
    } else if (dialog->state == CallState::ringing) {
      dialog->state = CallState::idle;
    }
  }
  if (dialog && method == "INVITE" && status >= 200 && status < 300) watch_for_ack(dialog);
  ReceivedPtr orphan;
  if (dialog && method == "BYE" && status < 300) {
    dialog->state = CallState::idle;
    orphan = std::exchange(dialog->invite, nullptr);
  }
  const int times = std::max(1, std::atoi(attribute(attributes, "repeat").c_str()));
  for (int i = 0; i < times; ++i) network_.send(config_.sip, received->from, received->response);
  // RFC 3261 section 15.1.2: requests that a BYE leaves pending are ended.
  if (orphan && orphan->status < 200) reply(orphan, dialog, 487);
}

/// RFC 3261 section 13.3.1.4: a call whose answer is never acknowledged is ended.
void SipPeer::watch_for_ack(const DialogPtr& dialog) {
  dialog->ack_watch = env_.start_timer(Window::exactly(kPatience), [this, dialog] {
    dialog->ack_watch = 0;
    if (dialog->state != CallState::incall) return;
    env_.step({config_.name, verb::kSends, "BYE"});
    if (dialog->state != CallState::incall) return;
    dialog->state = CallState::ending;
    send_in_dialog(dialog, "BYE", "Reason: SIP;cause=408;text=\"ACK missing\"\r\n");
  });
}

}  // namespace onhook::fakes
