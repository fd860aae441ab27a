// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/app_headers.h"

#include <sofia-sip/msg_addr.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>
#include <sofia-sip/sip_tag.h>

#include <cstdlib>

namespace onhook::fakes {
namespace {

/// A message under construction. It starts with a request line because sofia-sip only puts headers
/// in order behind one.
class Scratch {
 public:
  Scratch() : msg_(msg_create(sip_default_mclass(), 0)), sip_(sip_object(msg_)) {
    sip_header_insert(msg_, sip_, header(sip_request_make(home(), "X sip:x SIP/2.0")));
  }
  ~Scratch() { msg_destroy(msg_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  template <class H>
  static sip_header_t* header(H* h) {
    return reinterpret_cast<sip_header_t*>(h);
  }
  su_home_t* home() { return msg_home(msg_); }
  msg_t* msg() { return msg_; }
  sip_t* sip() { return sip_; }

  /// False when one of them is no such header.
  bool add(const tagi_t* tags) { return !tags || sip_add_tl(msg_, sip_, TAG_NEXT(tags)) >= 0; }
  template <class H>
  std::string value(H* h) {
    const char* text = h ? sip_header_as_string(home(), header(h)) : nullptr;
    return text ? text : "";
  }
  /// Removes a header (all of its kind, with `next` given by the list's own field).
  template <class H>
  std::string take(H* h) {
    std::string text = value(h);
    if (h) sip_header_remove(msg_, sip_, header(h));
    return text;
  }
  /// The remaining header lines.
  std::string lines() {
    size_t size = 0;
    const char* text = msg_as_string(home(), msg_, reinterpret_cast<msg_pub_t*>(sip_), 0, &size);
    std::string out = text ? std::string(text, size) : std::string();
    out.erase(0, out.find('\n') + 1);
    if (out.ends_with("\r\n\r\n")) out.resize(out.size() - 2);
    return out == "\r\n" ? std::string() : out;
  }

 private:
  msg_t* msg_;
  sip_t* sip_;
};

/// "<sip:bob@host>" without a tag parameter, and with the angle brackets that sofia-sip adds.
std::string without_tag(std::string address) {
  if (address.empty()) return address;
  if (const auto tag = address.rfind(";tag="); tag != std::string::npos) address.resize(tag);
  if (address.find('<') == std::string::npos) address = "<" + address + ">";
  return address;
}

}  // namespace

AppHeaders read_headers(const tagi_t* handle_tags, const tagi_t* tags) {
  const auto empty = [](const tagi_t* list) { return !list || !list->t_tag; };
  if (empty(handle_tags) && empty(tags)) return {};
  Scratch scratch;
  AppHeaders out;
  out.well_formed = scratch.add(handle_tags) && scratch.add(tags);
  sip_t* sip = scratch.sip();
  for (const tagi_t* list : {handle_tags, tags}) {
    for (const tagi_t* t = list; t; t = tl_next(t)) {
      if (t->t_tag == siptag_contact || t->t_tag == siptag_contact_str) out.has_contact = true;
      if (t->t_tag == nutag_url && t->t_value) {
        // A url_t or a string: url_as_string() tells them apart.
        const auto* url = reinterpret_cast<const url_t*>(t->t_value);
        if (const char* text = url_as_string(scratch.home(), url)) out.target = text;
      }
    }
  }
  if (sip->sip_expires) out.expires = sip->sip_expires->ex_delta;
  scratch.take(sip->sip_expires);
  out.from = without_tag(scratch.take(sip->sip_from));
  out.to = without_tag(scratch.take(sip->sip_to));
  out.call_id = scratch.take(sip->sip_call_id);
  out.event = scratch.take(sip->sip_event);
  out.subscription_state = scratch.take(sip->sip_subscription_state);
  out.content_type = scratch.take(sip->sip_content_type);
  while (sip->sip_contact) {
    out.contact += (out.contact.empty() ? "" : ", ") + scratch.take(sip->sip_contact);
  }
  if (const sip_payload_t* payload = sip->sip_payload) {
    out.body.assign(payload->pl_data, payload->pl_len);
    sip_header_remove(scratch.msg(), sip, Scratch::header(sip->sip_payload));
  }
  if (sip->sip_separator)
    sip_header_remove(scratch.msg(), sip, Scratch::header(sip->sip_separator));
  out.extra = scratch.lines();
  return out;
}

bool Credentials::challenge(const sip_t* response, bool* fresh) {
  int server = 0;
  int proxy = 0;
  if (response->sip_www_authenticate)
    server =
        auc_challenge(&client_, home_, response->sip_www_authenticate, sip_authorization_class);
  if (response->sip_proxy_authenticate)
    proxy = auc_challenge(&client_, home_, response->sip_proxy_authenticate,
                          sip_proxy_authorization_class);
  *fresh = server + proxy != 0;
  return server >= 0 && proxy >= 0;
}

int Credentials::add(const tagi_t* tags) {
  int result = 0;
  for (const tagi_t* t = tags; t; t = tl_next(t)) {
    if (t->t_tag != nutag_auth || !t->t_value) continue;
    const int added = auc_credentials(&client_, home_, reinterpret_cast<const char*>(t->t_value));
    if (added < 0) return -1;
    if (added > 0) result = 1;
  }
  return result;
}

void Credentials::clear() { auc_clear_credentials(&client_, nullptr, nullptr); }

std::string Credentials::authorize(std::string_view method, const std::string& uri,
                                   const std::string& body) {
  if (!client_) return "";
  Scratch scratch;
  const url_t* url = url_hdup(scratch.home(), reinterpret_cast<const url_t*>(uri.c_str()));
  const sip_payload_t* payload =
      body.empty() ? nullptr : sip_payload_create(scratch.home(), body.data(), body.size());
  if (auc_authorization(&client_, scratch.msg(), reinterpret_cast<msg_pub_t*>(scratch.sip()),
                        std::string(method).c_str(), url, payload) < 0)
    return "";
  return scratch.lines();
}

}  // namespace onhook::fakes
