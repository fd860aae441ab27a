// SPDX-License-Identifier: GPL-3.0-or-later
// The network side of a user agent: addresses, headers, and who gets a message that came.
#include <fmt/format.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/url.h>

#include <algorithm>
#include <cstring>

#include "fakes/nua/call_server.h"
#include "fakes/nua/client_request.h"
#include "fakes/nua/fake_nua.h"
#include "fakes/nua/server_request.h"
#include "fakes/nua/user_agent.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

std::string key_of(std::string_view branch, std::string_view method) {
  return fmt::format("{}|{}", branch, method);
}

}  // namespace

std::string UserAgent::via(std::string_view branch) const {
  return fmt::format("{};rport;branch={}", address_text(settings_.address), branch);
}

/// Counted, not drawn: what a call will send next is known ahead.
std::string UserAgent::coming_branch() const {
  return fmt::format("z9hG4bK-{}-{}", settings_.address.port, next_branch_ + 1);
}

std::string UserAgent::next_branch() {
  std::string branch = coming_branch();
  ++next_branch_;
  return branch;
}

void UserAgent::expect(const Handle& handle, const RequestParts& parts) {
  nua_.network().expect(destination(handle, parts.uri), compose_request(parts));
}

std::string UserAgent::new_tag() { return fmt::format("{:013x}", env_.random() >> 12); }

std::string UserAgent::new_call_id() { return fmt::format("{:016x}", env_.random()); }

std::string UserAgent::default_from() const {
  return fmt::format("<sip:{}@{}>", settings_.user, ip_text(settings_.address.ip));
}

std::string UserAgent::contact_for(const Handle& handle) const {
  const HandlePrefs& prefs = handle.prefs();
  const std::string& user = prefs.contact_user ? *prefs.contact_user : settings_.user;
  std::string contact;
  if (prefs.contact_display && !prefs.contact_display->empty())
    contact = "\"" + *prefs.contact_display + "\" ";
  fmt::format_to(std::back_inserter(contact), "<sip:{}{}{};transport=udp{}{}>", user,
                 user.empty() ? "" : "@", address_text(settings_.address),
                 prefs.contact_params && !prefs.contact_params->empty() ? ";" : "",
                 prefs.contact_params.value_or(""));
  return contact;
}

bool UserAgent::retransmits() const {
  return nua_.retransmission() == FakeNua::Retransmission::on_timer;
}

Address UserAgent::destination(const Handle& handle, const std::string& uri) {
  std::string hop = uri;
  const std::string& proxy = handle.prefs().proxy ? *handle.prefs().proxy : settings_.proxy;
  if (!handle.dialog.route.empty())
    hop = handle.dialog.route.substr(1, handle.dialog.route.find('>') - 1);
  else if (!proxy.empty())
    hop = proxy;
  url_t url[1];
  std::string buffer = hop;
  if (url_d(url, buffer.data()) < 0 || !url->url_host ||
      (url->url_type != url_sip && url->url_type != url_sips))
    env_.unmodelled("nua: no way to send to \"" + hop + "\"");
  const auto port =
      url->url_port ? static_cast<std::uint16_t>(std::atoi(url->url_port)) : std::uint16_t{0};
  // A guest of the same machine, whose port its URI does not tell: Janus's other accounts.
  if (port == 0 && url->url_user && parse_ip(url->url_host))
    if (const auto guest = nua_.network().address_of_user(url->url_user)) return *guest;
  const auto at = nua_.network().resolve(url->url_host, port);
  if (!at)
    env_.unmodelled(fmt::format("nua: the virtual network has no host \"{}\"", url->url_host));
  return *at;
}

const std::shared_ptr<ClientTransaction>& UserAgent::transact(
    std::shared_ptr<ClientTransaction> transaction) {
  auto key = key_of(transaction->branch(), transaction->method());
  return transactions_[std::move(key)] = std::move(transaction);
}

void UserAgent::forget(const ClientTransaction& transaction) {
  const auto it = transactions_.find(key_of(transaction.branch(), transaction.method()));
  if (it == transactions_.end()) return;
  // The transaction may be the caller: it goes once the current work is done.
  timers_.defer([gone = std::move(it->second)] {});
  transactions_.erase(it);
}

void UserAgent::send(std::string_view method, const std::string& text, Address to) {
  env_.note({"", verb::kSends, method});
  nua_.network().send(settings_.address, to, text);
}

void UserAgent::reply(const SipMessage& request, Address to, int status, std::string text) {
  env_.note({"", verb::kReplies, fmt::format("{}, {}", status, request.method())});
  Answered& answered = answered_[key_of(request.branch(), request.method())];
  answered = {text, status, to};
  nua_.network().send(settings_.address, to, std::move(text));
}

void UserAgent::refuse(const SipMessage& request, Address to, int status, std::string_view phrase) {
  reply(request, to, status,
        compose_response(request, {.status = status,
                                   .phrase = phrase,
                                   .to_tag = new_tag(),
                                   .contact = {},
                                   .extra = common_headers_,
                                   .content_type = {},
                                   .body = {}}));
}

void UserAgent::on_sip(Address from, const SipMessagePtr& message) {
  mailbox_->post([this, from, message] { receive(from, message); });
}

void UserAgent::receive(Address from, const SipMessagePtr& message) {
  if (ended_) return;
  env_.note({"", verb::kGets, message->label()});
  if (message->is_request()) return receive_request(from, message);
  const auto it = transactions_.find(key_of(message->branch(), message->method()));
  if (it == transactions_.end()) return;
  const auto transaction = it->second;
  transaction->receive(message);
}

Handle* UserAgent::handle_of_dialog(const SipMessage& request) const {
  for (Handle* handle : handles_) {
    const Dialog& dialog = handle->dialog;
    if (dialog.exists && dialog.call_id == request.call_id() &&
        dialog.local_tag == request.to_tag())
      return handle;
  }
  return nullptr;
}

bool UserAgent::acceptable(Address from, const SipMessage& request) {
  const auto& methods = settings_.allowed_methods;
  if (std::find(methods.begin(), methods.end(), request.method()) == methods.end()) {
    refuse(request, from, 405, "Method Not Allowed");
    return false;
  }
  for (const auto* require = request.sip()->sip_require; require; require = nullptr) {
    for (const msg_param_t* item = require->k_items; item && *item; ++item) {
      if (settings_.supported.find(*item) == std::string::npos) {
        refuse(request, from, 420, "Bad Extension");
        return false;
      }
    }
  }
  return true;
}

void UserAgent::receive_request(Address from, const SipMessagePtr& request) {
  const std::string_view method = request->method();
  if (method == "ACK") return receive_ack(*request, request);
  const auto answered = answered_.find(key_of(request->branch(), method));
  if (answered != answered_.end()) {
    nua_.network().send(settings_.address, answered->second.to, answered->second.text);
    return;
  }
  if (method == "CANCEL") return receive_cancel(from, request);
  if (!acceptable(from, *request)) return;
  Handle* handle = request->to_tag().empty() ? nullptr : handle_of_dialog(*request);
  const auto place = handle ? ServerRequest::Place::in_dialog : ServerRequest::Place::initial;
  const auto server = make_server_request(*this, request, from, place);
  const bool lost = !handle && !request->to_tag().empty() && method != "MESSAGE";
  if (!server && method != "PRACK" && method != "SUBSCRIBE")
    env_.unmodelled("nua: a request of the peer, " + std::string(method));
  if (!server || lost || (!handle && server->traits().only_in_dialog)) {
    refuse(*request, from, 481, "Call Does Not Exist");
    return;
  }
  server->process(handle);
}

void UserAgent::receive_ack(const SipMessage& ack, const SipMessagePtr& message) {
  Handle* handle = handle_of_dialog(ack);
  if (!handle) return;
  for (const auto& request : handle->served) {
    if (request->method() != "INVITE" || request->message()->cseq() != ack.cseq()) continue;
    if (request->pending()) return;
    // Of a refusal none is left here but that of an nua_bye(): its ACK is told like any other,
    // while the answer to BYE is awaited.
    const auto keep = request;
    static_cast<InviteServer&>(*keep).acknowledge(message);
    return;
  }
}

void UserAgent::receive_cancel(Address from, const SipMessagePtr& cancel) {
  const auto answered = answered_.find(key_of(cancel->branch(), "INVITE"));
  const auto is_accepted = [](const Answered& invite) {
    return invite.status >= 200 && invite.status < 300;
  };
  // An INVITE that was accepted has no transaction any more (RFC 3261 section 13.3.1.4).
  if (answered == answered_.end() || is_accepted(answered->second))
    return refuse(*cancel, from, 481, "Call/Transaction Does Not Exist");
  refuse(*cancel, from, 200, "OK");
  if (answered->second.status >= 200) return;
  for (Handle* handle : handles_) {
    for (const auto& request : handle->served) {
      if (request->method() != "INVITE" || !request->pending() ||
          request->message()->branch() != cancel->branch())
        continue;
      const auto keep = request;
      static_cast<InviteServer&>(*keep).cancel(cancel);
      return;
    }
  }
}

}  // namespace onhook::fakes
