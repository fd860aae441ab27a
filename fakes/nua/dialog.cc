// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/dialog.h"

#include <sofia-sip/su_alloc.h>
#include <sofia-sip/url.h>

#include "fakes/nua/sip_text.h"

namespace onhook::fakes {
namespace {

std::string contact_of(const SipMessage& message) {
  const sip_contact_t* contact = message.sip()->sip_contact;
  return contact ? uri_of(contact->m_url) : std::string();
}

enum class Order { as_recorded, reversed };

std::string recorded_route(const SipMessage& message, Order order) {
  std::string route;
  for (const auto* r = message.sip()->sip_record_route; r; r = r->r_next) {
    const std::string one = "<" + uri_of(r->r_url) + ">";
    if (route.empty())
      route = one;
    else
      route = order == Order::reversed ? one + ", " + route : route + ", " + one;
  }
  return route;
}

}  // namespace

std::string uri_of(const url_t* url) {
  char* text = url_as_string(nullptr, url);
  std::string out = text ? text : "";
  su_free(nullptr, text);
  return out;
}

std::string Dialog::to_of(const SipMessage& message) {
  std::string line = header_lines(message.text(), "To");
  line.resize(line.find('\r'));
  return line.substr(line.find_first_not_of(' ', 3));
}

void Dialog::learn_from_response(const SipMessage& response) {
  if (std::string contact = contact_of(response); !contact.empty()) target = std::move(contact);
  if (remote_tag.empty()) {
    remote_tag = response.to_tag();
    route = recorded_route(response, Order::reversed);
  }
}

void Dialog::learn_from_request(const SipMessage& request) {
  if (std::string contact = contact_of(request); !contact.empty()) target = std::move(contact);
  if (remote_tag.empty()) {
    remote_tag = request.from_tag();
    route = recorded_route(request, Order::as_recorded);
  }
}

}  // namespace onhook::fakes
