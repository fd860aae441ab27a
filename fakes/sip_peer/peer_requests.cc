// SPDX-License-Identifier: GPL-3.0-or-later
// The requests that the peer sends.
#include <fmt/format.h>

#include <algorithm>

#include "fakes/sip_peer/sip_peer.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

constexpr std::string_view kMethods[] = {"INVITE", "re-INVITE", "BYE",     "CANCEL",
                                         "INFO",   "MESSAGE",   "OPTIONS", "NOTIFY",
                                         "REFER",  "ACK",       "rtp",     "rtcp"};

std::string attribute(const std::map<std::string, std::string>& attributes, const char* name) {
  const auto it = attributes.find(name);
  return it == attributes.end() ? std::string() : it->second;
}

}  // namespace

void SipPeer::play(const Instruction& instruction) {
  if (instruction.actor != config_.name) return;
  if (instruction.verb == "sends")
    return send_within(instruction.window, instruction.object, instruction.attributes);
  if (instruction.verb == "closes")
    return close_port_within(instruction.window, instruction.object);
  const int status = std::atoi(instruction.object.c_str());
  if (instruction.verb != "replies" || status < 100 || status > 699)
    env_.unmodelled(fmt::format("a SIP peer that {} {}", instruction.verb, instruction.object));
  const auto waits = [this] {
    const auto call = current_call();
    return call && call->invite && call->invite->status < 200;
  };
  env_.after_unless(
      instruction.window, {config_.name, verb::kReplies, fmt::format("{}, INVITE", status)},
      [waits] { return !waits(); },
      [this, status, attributes = instruction.attributes] {
        const auto call = current_call();
        const ReceivedPtr invite = call->invite;  // the call forgets it once it is answered
        send_reply(invite, call, status, attributes);
      });
}

void SipPeer::send_within(Window window, const std::string& method, const Attributes& attributes,
                          const ReceivedPtr& answered) {
  if (const Datagram* datagram = datagram_called(method))
    return send_datagram_within(window, *datagram, attributes, answered);
  if (std::find(std::begin(kMethods), std::end(kMethods), method) == std::end(kMethods))
    env_.unmodelled("a SIP peer that sends " + method);
  env_.after_unless(
      window, {config_.name, verb::kSends, method}, [this, method] { return !can_send(method); },
      [this, method, attributes] { send_method(method, attributes); });
}

void SipPeer::close_port_within(Window window, const std::string& port) {
  if (!media_) env_.unmodelled("a SIP peer without media that closes " + port);
  env_.after(window, {config_.name, verb::kCloses, port},
             [this, port] { port == "rtcp" ? media_->close_rtcp() : media_->close_rtp(); });
}

bool SipPeer::can_send(const std::string& method) const {
  if (method == "INVITE" || method == "MESSAGE" || method == "OPTIONS") return true;
  const auto call = current_call();
  if (!call) return false;
  if (method == "rtp" || method == "rtcp") return media_ && remote_rtp();
  if (method == "CANCEL")
    return call->own_invite &&
           (call->state == CallState::calling || call->state == CallState::ringing);
  if (method == "ACK") return call->unacknowledged != nullptr;
  if (method == "BYE")
    return (call->state == CallState::incall || call->state == CallState::ringing) &&
           !call->remote_tag.empty();
  return call->state == CallState::incall;
}

void SipPeer::send_method(const std::string& method, const Attributes& attributes) {
  const std::string to = attribute(attributes, "to");
  if (method == "INVITE") return send_invite(to, attributes);
  if (method == "rtp")
    return media_->send_rtp(
        *remote_rtp(), static_cast<unsigned>(std::atoi(attribute(attributes, "lost").c_str())));
  if (method == "rtcp") return media_->send_rtcp(*remote_rtp());
  const auto call = current_call();
  if (method == "CANCEL") return send_cancel(call);
  if (method == "ACK")
    return send_ack(call, *call->unacknowledged_invite,
                    *std::exchange(call->unacknowledged, nullptr));
  if (method == "BYE") {
    call->state = CallState::ending;
    const std::string reason = attribute(attributes, "reason");
    return send_in_dialog(call, "BYE", reason.empty() ? "" : "Reason: " + reason + "\r\n");
  }
  if (method == "re-INVITE") {
    RequestParts parts;
    parts.method = "INVITE";
    offer(*call, parts, attributes);
    call->own_invite = transmit(call, std::move(parts));
    return;
  }
  if (method == "INFO") return send_in_dialog(call, "INFO", "", "text/plain", "hello");
  if (method == "REFER")
    return send_in_dialog(call, "REFER",
                          fmt::format("Refer-To: <{}>\r\n", to.empty() ? uri() : to));
  if (method == "NOTIFY") return notify(call, "active", "text/plain", "news\r\n");
  // MESSAGE and OPTIONS travel in a call when there is one.
  DialogPtr carrier = call && call->state == CallState::incall ? call : nullptr;
  if (!carrier) {
    carrier = begin_dialog(to);
    carrier->kind = Dialog::Kind::subscription;
  }
  if (method == "MESSAGE") return send_in_dialog(carrier, "MESSAGE", "", "text/plain", "hello");
  send_in_dialog(carrier, method);
}

void SipPeer::call(std::string_view uri, Offer offer) {
  Attributes attributes;
  if (offer == Offer::without_sdp) attributes["sdp"] = "none";
  env_.note({config_.name, verb::kSends, "INVITE"});
  send_invite(std::string(uri), attributes);
}

SipPeer::DialogPtr SipPeer::begin_dialog(const std::string& uri_text, std::string call_id) {
  const auto colon = uri_text.find(':');
  const std::string user = uri_text.substr(colon + 1, uri_text.find('@') - colon - 1);
  const auto address = network_.address_of_user(user);
  if (!address)
    env_.unmodelled(fmt::format("a SIP peer that calls \"{}\", who is not there", uri_text));
  auto dialog = std::make_shared<Dialog>();
  dialog->state = CallState::calling;
  dialog->call_id = std::move(call_id);
  if (dialog->call_id.empty())
    dialog->call_id = fmt::format("{}-{:016x}", config_.name, env_.random());
  dialog->local_tag = fmt::format("{}{:08x}", config_.name, env_.random() >> 32);
  dialog->local = fmt::format("<{}>;tag={}", uri(), dialog->local_tag);
  dialog->remote = "<" + uri_text + ">";
  dialog->target = fmt::format("sip:{}@{}", user, address_text(*address));
  dialog->address = *address;
  return dialog;
}

void SipPeer::send_invite(const std::string& uri_text, const Attributes& attributes) {
  const DialogPtr call = begin_dialog(uri_text, attribute(attributes, "call_id"));
  dialogs_.push_back(call);
  RequestParts parts;
  parts.method = "INVITE";
  if (const std::string header = attribute(attributes, "header"); !header.empty())
    parts.extra = header + "\r\n";
  offer(*call, parts, attributes);
  call->own_invite = transmit(call, std::move(parts));
}

void SipPeer::offer(Dialog& dialog, RequestParts& parts, const Attributes& attributes) const {
  const std::string text = attribute(attributes, "sdp");
  if (text == "none") return;
  parts.body = text.empty() ? make_offer(sdp_of(dialog, attributes)) : text;
  listen_as(parts.body);
  parts.content_type = "application/sdp";
}

void SipPeer::listen_as(std::string_view sdp) const {
  if (media_) media_->expect_srtp(sdp.find("\na=crypto:") != std::string_view::npos);
}

void SipPeer::send_in_dialog(const DialogPtr& dialog, std::string_view method, std::string extra,
                             std::string content_type, std::string body) {
  RequestParts parts;
  parts.method = method;
  parts.extra = std::move(extra);
  parts.content_type = std::move(content_type);
  parts.body = std::move(body);
  transmit(dialog, std::move(parts));
}

SipMessagePtr SipPeer::transmit(const DialogPtr& dialog, RequestParts parts) {
  parts.uri = dialog->target;
  parts.via = fmt::format("{};branch={}", address_text(config_.sip), next_branch());
  parts.from = dialog->local;
  parts.to = dialog->remote;
  parts.call_id = dialog->call_id;
  parts.cseq = ++dialog->cseq;
  if (parts.method != "BYE") parts.contact = contact();
  const std::string text = compose_request(parts);
  auto message = parts.method == "INVITE" ? SipMessage::parse(text) : nullptr;
  if (message) dialog->own_invite = message;
  put_on_the_way(dialog, std::string(parts.method), text);
  return message;
}

void SipPeer::put_on_the_way(const DialogPtr& dialog, const std::string& method,
                             const std::string& text) {
  network_.send(config_.sip, dialog->address, text);
  if (network_.has_left(dialog->address)) await_timeout(dialog, method);
}

void SipPeer::on_left(Address from) {
  for (const DialogPtr& dialog : std::vector(dialogs_)) {
    if (dialog->address != from) continue;
    if (dialog->own_invite && dialog->state != CallState::ringing)
      await_timeout(dialog, "INVITE");
    else if (dialog->state == CallState::ending)
      await_timeout(dialog, "BYE");
  }
}

/// RFC 3261 section 8.1.3.1: a timeout is taken for 408; section 12.2.1.2: which ends a dialog.
void SipPeer::await_timeout(const DialogPtr& dialog, const std::string& method) {
  if (dialog->patience != 0) return;
  dialog->patience = env_.start_timer(Window::exactly(kPatience), [this, dialog, method] {
    dialog->patience = 0;
    const std::string label = "408 " + method;
    env_.step({config_.name, verb::kGets, label});
    dialog->own_invite = nullptr;
    dialog->state = CallState::idle;
    const Reaction* reaction = reaction_to(label);
    if (reaction && reaction->verb == "sends")
      send_within(reaction->window, reaction->object, reaction->attributes);
  });
}

/// The ACK of a 2xx is a request of its own, that of another response belongs to the INVITE (RFC
/// 3261 sections 13.2.2.4, 17.1.1.3).
void SipPeer::send_ack(const DialogPtr& dialog, const SipMessage& invite,
                       const SipMessage& response) {
  const bool success = response.status() < 300;
  RequestParts parts;
  parts.method = "ACK";
  parts.uri = dialog->target;
  parts.via = fmt::format("{};branch={}", address_text(config_.sip),
                          success ? next_branch() : std::string(response.branch()));
  parts.from = dialog->local;
  parts.to = dialog->remote;
  if (!success && response.to_tag() != dialog->remote_tag)
    parts.to += fmt::format(";tag={}", response.to_tag());
  parts.call_id = dialog->call_id;
  parts.cseq = response.cseq();
  if (success && invite.body().empty() && !response.body().empty()) {
    if (auto answer = make_answer(sdp_of(*dialog, {}), response.body())) {
      parts.body = std::move(*answer);
      parts.content_type = "application/sdp";
    }
  }
  env_.note({config_.name, verb::kSends, "ACK"});
  network_.send(config_.sip, dialog->address, compose_request(parts));
}

void SipPeer::send_cancel(const DialogPtr& dialog) {
  RequestParts parts;
  parts.method = "CANCEL";
  parts.uri = dialog->target;
  parts.via = fmt::format("{};branch={}", address_text(config_.sip), dialog->own_invite->branch());
  parts.from = dialog->local;
  // A CANCEL looks like its INVITE: no tag that came later (RFC 3261 section 9.1).
  parts.to = dialog->remote.substr(0, dialog->remote.find(";tag="));
  parts.call_id = dialog->call_id;
  parts.cseq = dialog->own_invite->cseq();
  put_on_the_way(dialog, "INVITE", compose_request(parts));
}

void SipPeer::notify(const DialogPtr& dialog, std::string_view state, std::string content_type,
                     std::string body) {
  env_.note({config_.name, verb::kSends, "NOTIFY"});
  send_in_dialog(dialog, "NOTIFY",
                 fmt::format("Event: {}\r\nSubscription-State: {}\r\n",
                             dialog->event.empty() ? "presence" : dialog->event, state),
                 std::move(content_type), std::move(body));
}

std::string SipPeer::next_branch() {
  return fmt::format("z9hG4bK-{}-{}", config_.name, ++last_branch_);
}

std::string SipPeer::contact() const { return fmt::format("<{}>", uri()); }

PeerSdp SipPeer::sdp_of(Dialog& dialog, const Attributes& attributes) const {
  PeerSdp sdp{config_.name, config_.rtp, ++dialog.sdp_version, "sendrecv", ""};
  if (const auto direction = attribute(attributes, "direction"); !direction.empty())
    sdp.direction = direction;
  sdp.connection = attribute(attributes, "connection");
  sdp.line = attribute(attributes, "line");
  if (media_)
    media_->hold(sdp.connection == "0.0.0.0" || sdp.direction == "sendonly" ||
                 sdp.direction == "inactive");
  return sdp;
}

}  // namespace onhook::fakes
