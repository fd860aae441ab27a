// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/registration.h"

#include <fmt/format.h>

#include <cstdlib>

#include "fakes/nua/user_agent.h"

namespace onhook::fakes {
namespace {

constexpr long kDefaultLifetime_s = 3600;

/// "<sip:alice@example.com>" -> "sip:example.com".
std::string registrar_of(const std::string& address) {
  const auto scheme = address.find("sip");
  if (scheme == std::string::npos) return "";
  const auto colon = address.find(':', scheme);
  const auto at = address.find('@', colon);
  const auto host = at == std::string::npos ? colon + 1 : at + 1;
  return address.substr(scheme, colon + 1 - scheme) +
         address.substr(host, address.find_first_of(";>?", host) - host);
}

long lifetime_of(const SipMessage& response, long asked_s) {
  const auto* contact = response.sip()->sip_contact;
  if (contact && contact->m_expires) return std::strtol(contact->m_expires, nullptr, 10);
  const auto* expires = response.sip()->sip_expires;
  return expires ? static_cast<long>(expires->ex_delta) : asked_s;
}

}  // namespace

Usage::Ending Registration::shut_down() {
  if (!bound) {
    handle_.remove_usage(this, nullptr, nullptr);
    return Ending::gone;
  }
  const auto request = bound;
  if (request->queued()) return Ending::under_way;
  static_cast<RegisterRequest&>(*request).turn_around();
  request->send_again(ClientRequest::Repeat::last);
  return Ending::under_way;
}

void Registration::refresh() {
  if (!bound) return;
  const auto request = bound;
  request->send_again(ClientRequest::Repeat::refresh);
}

std::optional<ClientRequest::Failure> RegisterRequest::prepare() {
  usage = handle_.any_usage(Usage::Kind::registration);
  if (answer() != nua_r_register || headers_.expires == 0ul) last = true;
  if (usage && usage->bound && answer() == nua_r_unregister) {
    // Taken back with the words it was made with.
    const auto& made = static_cast<RegisterRequest&>(*usage->bound).headers_;
    const std::string more = headers_.extra;
    headers_ = made;
    headers_.extra += more;
  }
  if (!usage) usage = handle_.add_usage(std::make_unique<Registration>(handle_));
  bind(usage);
  if (headers_.to.empty()) headers_.to = headers_.from;
  if (headers_.to.empty()) headers_.to = agent_.default_from();
  if (headers_.target.empty())
    headers_.target =
        handle_.prefs().registrar.empty() ? registrar_of(headers_.to) : handle_.prefs().registrar;
  return std::nullopt;
}

std::optional<ClientRequest::Failure> RegisterRequest::complete(RequestParts& parts) {
  if (usage && usage->shutting_down) last = true;
  parts.uri = headers_.target;
  parts.contact = headers_.has_contact ? headers_.contact : agent_.contact_for(handle_);
  if (last)
    parts.extra += "Expires: 0\r\n";
  else if (headers_.expires)
    parts.extra += fmt::format("Expires: {}\r\n", *headers_.expires);
  return std::nullopt;
}

void RegisterRequest::on_final(const SipMessagePtr& message) {
  if (usage) {
    if (status_ < 300 && ends_ == Ends::nothing && message) {
      const long asked_s = static_cast<long>(headers_.expires.value_or(kDefaultLifetime_s));
      usage->refresh_before(lifetime_of(*message, asked_s));
    } else {
      usage->stop_refresh();
    }
  }
  finish(message);
}

}  // namespace onhook::fakes
