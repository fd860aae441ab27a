// SPDX-License-Identifier: GPL-3.0-or-later
// What comes: requests, responses, and what the peer makes of them.
#include "fakes/sip_peer/sip_peer.h"

#include <fmt/format.h>

#include <algorithm>

#include "fakes/sip_peer/digest.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

std::string key_of(std::string_view branch, std::string_view method) {
  return fmt::format("{}|{}", branch, method);
}

std::string contact_uri(const SipMessage& message) {
  std::string contact = header_value(message.text(), "Contact");
  const auto open = contact.find('<');
  if (open == std::string::npos) return contact;
  return contact.substr(open + 1, contact.find('>') - open - 1);
}

unsigned long expires_of(const SipMessage& message, unsigned long fallback) {
  const auto* expires = message.sip()->sip_expires;
  return expires ? expires->ex_delta : fallback;
}

}  // namespace

SipPeer::SipPeer(Env& env, SipNetwork& network, SipPeerConfig config)
    : env_(env), network_(network), config_(std::move(config)) {
  network_.attach(config_.sip, *this);
}

SipPeer::~SipPeer() { network_.detach(config_.sip); }

void SipPeer::set_reactions(std::vector<Reaction> reactions) {
  std::erase_if(reactions, [this](const Reaction& r) { return r.actor != config_.name; });
  for (const Reaction& r : reactions)
    if (r.verb != "replies" && r.verb != "ignores" && r.verb != "sends" && r.verb != "closes")
      env_.unmodelled(fmt::format("a SIP peer that on {} {} {}", r.trigger, r.verb, r.object));
  reactions_ = std::move(reactions);
}

SipPeer::CallState SipPeer::call_state() const {
  const auto call = current_call();
  return call ? call->state : CallState::idle;
}

std::size_t SipPeer::open_calls() const {
  return static_cast<std::size_t>(
      std::count_if(dialogs_.begin(), dialogs_.end(), [](const DialogPtr& dialog) {
        return dialog->kind == Dialog::Kind::call && dialog->state != CallState::idle;
      }));
}

std::string SipPeer::uri() const {
  return fmt::format("sip:{}@{}", config_.name, address_text(config_.sip));
}

std::optional<Address> SipPeer::remote_rtp() const {
  const auto call = current_call();
  return call && call->state != CallState::idle ? call->remote_rtp : std::nullopt;
}

SipPeer::DialogPtr SipPeer::current_call() const {
  for (auto it = dialogs_.rbegin(); it != dialogs_.rend(); ++it)
    if ((*it)->kind == Dialog::Kind::call) return *it;
  return nullptr;
}

SipPeer::DialogPtr SipPeer::dialog_of(const SipMessage& message) const {
  // The peer's own tag is in the To of what it gets, and in the From of what answers it.
  const auto own_tag = message.is_request() ? message.to_tag() : message.from_tag();
  for (const auto& dialog : dialogs_)
    if (dialog->call_id == message.call_id() && dialog->local_tag == own_tag) return dialog;
  return nullptr;
}

const Reaction* SipPeer::reaction_to(std::string_view trigger) const {
  for (const Reaction& reaction : reactions_)
    if (reaction.trigger == trigger) return &reaction;
  return nullptr;
}

void SipPeer::learn_rtp(Dialog& dialog, const SipMessage& message) const {
  if (message.body().empty()) return;
  if (const auto address = rtp_address(message.body())) dialog.remote_rtp = address;
}

void SipPeer::on_sip(Address from, const SipMessagePtr& message) {
  if (!message->is_request()) return receive_response(message);
  if (message->method() == "ACK") return receive_ack(*message);
  receive_request(from, message);
}

std::string SipPeer::preview_answer(const SipMessage& request) const {
  const auto dialog = dialog_of(request);
  if (request.method() != "BYE" || !dialog) return "";
  return compose_response(request, {.status = 200,
                                    .phrase = {},
                                    .to_tag = dialog->local_tag,
                                    .contact = {},
                                    .extra = {},
                                    .content_type = {},
                                    .body = {}});
}

// Requests ---------------------------------------------------------------------------------------

void SipPeer::receive_request(Address from, const SipMessagePtr& request) {
  ReceivedPtr& slot = received_[key_of(request->branch(), request->method())];
  if (slot) {
    // A repetition: answered as before, if at all (RFC 3261 section 17.2).
    if (slot->status) network_.send(config_.sip, from, slot->response);
    return;
  }
  const auto received = slot = std::make_shared<Received>();
  latest_received_ = received;
  received->request = request;
  received->from = from;
  DialogPtr dialog = request->to_tag().empty() ? nullptr : dialog_of(*request);
  received->to_tag =
      dialog ? dialog->local_tag : fmt::format("{}{:08x}", config_.name, env_.random() >> 32);
  if (dialog) learn_rtp(*dialog, *request);

  std::string trigger(request->method());
  if (trigger == "INVITE" && dialog) trigger = "re-INVITE";
  if (trigger == "INVITE") {
    if (!let_in(received)) return;
    dialog = open_call(received);
  } else if (trigger == "re-INVITE") {
    // RFC 3261, section 15.1.1: its own BYE has ended the call.
    if (dialog->state != CallState::incall) return reply(received, nullptr, 481);
    if (dialog->own_invite) return reply(received, dialog, 491);
    dialog->invite = received;
  }
  const Reaction* reaction = reaction_to(trigger);
  if (reaction && has_credentials(*request, *reaction)) reaction = nullptr;
  if (reaction && reaction->verb == "ignores") return;
  const bool besides =
      reaction && !is_reply(*reaction) && (reaction->verb == "sends" || reaction->verb == "closes");
  if (!reaction || besides) answer_politely(received, dialog);
  if (reaction) react(*reaction, received, dialog);
}

SipPeer::DialogPtr SipPeer::open_call(const ReceivedPtr& received) {
  const SipMessage& invite = *received->request;
  auto call = std::make_shared<Dialog>();
  call->state = CallState::ringing;
  call->call_id = invite.call_id();
  call->local_tag = received->to_tag;
  call->local = header_value(invite.text(), "To") + ";tag=" + received->to_tag;
  call->remote = header_value(invite.text(), "From");
  call->remote_tag = invite.from_tag();
  call->target = contact_uri(invite);
  call->address = received->from;
  call->invite = received;
  learn_rtp(*call, invite);
  dialogs_.push_back(call);
  return call;
}

bool SipPeer::has_credentials(const SipMessage& request, const Reaction& challenge) {
  const auto password = challenge.attributes.find("password");
  return password != challenge.attributes.end() &&
         judge_credentials(request, std::atoi(challenge.object.c_str()), password->second) ==
             CredentialsVerdict::right;
}

bool SipPeer::let_in(const ReceivedPtr& received) {
  if (config_.password.empty()) return true;
  switch (judge_credentials(*received->request, 401, config_.password)) {
    case CredentialsVerdict::right:
      return true;
    case CredentialsVerdict::missing:
      reply(received, nullptr, 401);
      return false;
    case CredentialsVerdict::wrong:
      break;
  }
  reply(received, nullptr, 403);
  return false;
}

void SipPeer::answer_politely(const ReceivedPtr& received, const DialogPtr& dialog) {
  const SipMessage& request = *received->request;
  const std::string_view method = request.method();
  if (method == "INVITE") {
    if (request.to_tag().empty()) reply(received, dialog, 180);
    return reply(received, dialog, 200);
  }
  if (method == "REGISTER") {
    if (!let_in(received)) return;
    if (const auto* to = request.sip()->sip_to; to->a_url->url_user)
      network_.add_user(to->a_url->url_user, received->from);
    return reply(received, nullptr, 200);
  }
  if (method == "CANCEL") {
    reply(received, dialog, 200);
    return end_invite_of(request);
  }
  if (method == "SUBSCRIBE") {
    DialogPtr subscription = dialog;
    if (!subscription) {
      subscription = open_call(received);
      subscription->kind = Dialog::Kind::subscription;
      subscription->invite = nullptr;
      subscription->event = header_value(request.text(), "Event");
    }
    const auto left = expires_of(request, 3600);
    reply(received, subscription, 200, fmt::format("Expires: {}\r\n", left));
    return notify(subscription,
                  left ? fmt::format("active;expires={}", left) : "terminated;reason=timeout",
                  "text/plain", "nothing new\r\n");
  }
  const bool needs_dialog = method == "BYE" || method == "REFER" || method == "INFO" ||
                            method == "NOTIFY" || method == "UPDATE";
  const bool over = dialog && method == "BYE" && dialog->state == CallState::idle;
  if (needs_dialog && (!dialog || over)) return reply(received, nullptr, 481);
  if (method == "REFER") {
    reply(received, dialog, 202);
    dialog->event = fmt::format("refer;id={}", request.cseq());
    return notify(dialog, "terminated;reason=noresource", "message/sipfrag", "SIP/2.0 200 OK\r\n");
  }
  reply(received, dialog, 200);
}

void SipPeer::react(const Reaction& reaction, const ReceivedPtr& received,
                    const DialogPtr& dialog) {
  if (reaction.verb == "closes") return close_port_within(reaction.window, reaction.object);
  if (reaction.verb == "sends")
    return send_within(reaction.window, reaction.object, reaction.attributes, received);
  const int status = std::atoi(reaction.object.c_str());
  if (status < 100 || status > 699)
    env_.unmodelled(
        fmt::format("a SIP peer that on {} replies {}", reaction.trigger, reaction.object));
  if (received->request->method() == "CANCEL") {
    const auto to = reaction.attributes.find("to");
    if (to != reaction.attributes.end() && to->second == "INVITE") {
      reply(received, dialog, 200);
      const auto invite = received_.find(key_of(received->request->branch(), "INVITE"));
      if (invite != received_.end())
        reply_within(reaction.window, invite->second, current_call(), status, reaction.attributes);
      return;
    }
    reply_within(reaction.window, received, dialog, status, reaction.attributes);
    if (status < 300) end_invite_of(*received->request);
    return;
  }
  reply_within(reaction.window, received, dialog, status, reaction.attributes);
}

/// What a CANCEL asks for: 487 to its INVITE, unless that has its answer.
void SipPeer::end_invite_of(const SipMessage& cancel) {
  const auto it = received_.find(key_of(cancel.branch(), "INVITE"));
  if (it == received_.end() || it->second->status >= 200) return;
  for (const auto& dialog : dialogs_) {
    if (dialog->invite != it->second) continue;
    const auto keep = dialog;
    return reply(it->second, keep, 487);
  }
}

void SipPeer::receive_ack(const SipMessage& ack) {
  const auto dialog = dialog_of(ack);
  if (!dialog) return;
  learn_rtp(*dialog, ack);
  env_.stop_timer(std::exchange(dialog->ack_watch, 0));
  if (const Reaction* reaction = reaction_to("ACK"); reaction && reaction->verb == "sends")
    send_within(reaction->window, reaction->object, reaction->attributes);
}

// Responses --------------------------------------------------------------------------------------

void SipPeer::receive_response(const SipMessagePtr& response) {
  const auto dialog = dialog_of(*response);
  if (!dialog) return;
  env_.stop_timer(std::exchange(dialog->patience, 0));
  const int status = response->status();
  const std::string label = response->label();
  const Reaction* reaction = reaction_to(label);
  const bool ignored = reaction && reaction->verb == "ignores";
  if (dialog->remote_tag.empty() && !response->to_tag().empty() && status < 300) {
    dialog->remote_tag = response->to_tag();
    dialog->remote = header_value(response->text(), "To");
  }
  if (response->method() == "INVITE") {
    if (status < 200) {
      if (dialog->state == CallState::calling && status > 100) dialog->state = CallState::ringing;
    } else if (dialog->own_invite) {
      const bool opens = dialog->state != CallState::incall;
      const SipMessagePtr invite = std::exchange(dialog->own_invite, nullptr);
      if (status < 300) {
        if (const std::string target = contact_uri(*response); !target.empty())
          dialog->target = target;
        learn_rtp(*dialog, *response);
        if (dialog->state != CallState::ending) dialog->state = CallState::incall;
        dialog->unacknowledged_invite = invite;
        if (ignored)
          dialog->unacknowledged = response;
        else
          send_ack(dialog, *invite, *response);
      } else {
        if (opens) dialog->state = CallState::idle;
        send_ack(dialog, *invite, *response);
      }
    } else if (status < 300 && !ignored && dialog->unacknowledged_invite &&
               !dialog->unacknowledged) {
      send_ack(dialog, *dialog->unacknowledged_invite, *response);  // a repetition
    }
  } else if (response->method() == "BYE" && status >= 200) {
    dialog->state = CallState::idle;
  }
  if (reaction && reaction->verb == "sends")
    send_within(reaction->window, reaction->object, reaction->attributes);
  if (reaction && reaction->verb == "replies")
    env_.unmodelled("a SIP peer that replies to " + label);
}

}  // namespace onhook::fakes
