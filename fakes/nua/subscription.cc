// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/subscription.h"

#include <fmt/format.h>
#include <sofia-sip/sip_tag.h>

#include <algorithm>

#include "fakes/nua/user_agent.h"

namespace onhook::fakes {
namespace {

constexpr long kDefaultLifetime_s = 3600;
constexpr long kLastNotifyWait_s = 32;

TagList substate_tags(nua_substate state, const std::string& event) {
  return make_tags(NUTAG_SUBSTATE(state), TAG_IF(!event.empty(), SIPTAG_EVENT_STR(event.c_str())),
                   TAG_END());
}

long lifetime_of(const SipMessage& response, long fallback_s) {
  const auto* expires = response.sip()->sip_expires;
  return expires ? std::min(static_cast<long>(expires->ex_delta), fallback_s) : fallback_s;
}

}  // namespace

// Subscriptions ----------------------------------------------------------------------------------

Usage::Ending Subscription::shut_down() {
  if (bound) {
    const auto request = bound;
    request->send_again(ClientRequest::Repeat::last);
    return Ending::under_way;
  }
  handle_.remove_usage(this, nullptr, nullptr);
  return Ending::gone;
}

void Subscription::refresh() {
  if (awaits_last) {
    handle_.event(nua_i_notify, 408, "Fetch Timeouts without NOTIFY", nullptr,
                  substate_tags(nua_substate_terminated, event()));
  } else if (bound) {
    const auto request = bound;
    request->send_again(ClientRequest::Repeat::refresh);
    return;
  }
  handle_.remove_usage(this, nullptr, nullptr);
}

std::optional<ClientRequest::Failure> SubscribeRequest::prepare() {
  usage = handle_.usage(Usage::Kind::subscription, headers_.event);
  if (!usage && headers_.event.empty()) usage = handle_.any_usage(Usage::Kind::subscription);
  if (usage) {
    if (headers_.event.empty()) headers_.event = usage->event();
  } else if (answer() == nua_r_subscribe) {
    usage = handle_.add_usage(std::make_unique<Subscription>(handle_, headers_.event));
  }
  return std::nullopt;
}

std::optional<ClientRequest::Failure> SubscribeRequest::complete(RequestParts& parts) {
  if (!usage || usage->shutting_down) last = true;
  long expires_s = 0;
  if (usage) {
    auto& subscription = static_cast<Subscription&>(*usage);
    bind(usage);
    subscription.stop_refresh();
    if (!last && answer() == nua_r_subscribe)
      expires_s = static_cast<long>(headers_.expires.value_or(kDefaultLifetime_s));
    subscription.lifetime_s = expires_s;
    subscription.awaits_last = false;
    if (subscription.state == nua_substate_terminated) subscription.state = nua_substate_embryonic;
  }
  if (!headers_.event.empty()) parts.extra += "Event: " + headers_.event + "\r\n";
  parts.extra += fmt::format("Expires: {}\r\n", expires_s);
  return std::nullopt;
}

void SubscribeRequest::on_final(const SipMessagePtr& message) {
  auto* subscription = static_cast<Subscription*>(usage);
  nua_substate state = nua_substate_terminated;
  if (subscription && ends_ == Ends::nothing) {
    state = subscription->state;
    if (status_ < 300) {
      subscription->ready = true;
      const long left_s = message && state != nua_substate_terminated
                              ? lifetime_of(*message, subscription->lifetime_s)
                              : 0;
      if (left_s > 0) {
        subscription->refresh_before(left_s);
      } else if (state == nua_substate_terminated && subscription->notified) {
        subscription->stop_refresh();
        ends_ = Ends::usage;
      } else {
        state = subscription->state =
            state == nua_substate_terminated ? nua_substate_embryonic : state;
        subscription->awaits_last = true;
        subscription->refresh_within(kLastNotifyWait_s, kLastNotifyWait_s);
      }
    }
  }
  finish(message, substate_tags(state, headers_.event));
}

// REFER ------------------------------------------------------------------------------------------

std::optional<ClientRequest::Failure> ReferRequest::complete(RequestParts& parts) {
  if (parts.extra.find("Referred-By:") == std::string::npos) {
    const auto tag = parts.from.rfind(";tag=");
    parts.extra += "Referred-By: " + parts.from.substr(0, tag) + "\r\n";
  }
  const std::string event = fmt::format("refer;id={}", parts.cseq);
  if (usage) handle_.remove_usage(usage, nullptr, nullptr);
  usage = handle_.add_usage(std::make_unique<Subscription>(handle_, event));
  return std::nullopt;
}

void ReferRequest::on_sent() {
  handle_.event(answer(), 100, "Trying", nullptr,
                make_tags(SIPTAG_EVENT_STR(usage->event().c_str()), TAG_END()));
}

void ReferRequest::on_final(const SipMessagePtr& message) {
  nua_substate state = nua_substate_terminated;
  if (usage && status_ < 300 && ends_ == Ends::nothing)
    state = static_cast<Subscription*>(usage)->state;
  finish(message, substate_tags(state, usage ? usage->event() : ""));
}

// Notifiers --------------------------------------------------------------------------------------

Usage::Ending Notifier::shut_down() {
  state = nua_substate_terminated;
  if (bound) {
    const auto request = bound;
    request->send_again(ClientRequest::Repeat::last);
  } else {
    std::make_shared<NotifyRequest>(handle_,
                                    make_tags(SIPTAG_EVENT_STR(event().c_str()),
                                              NUTAG_SUBSTATE(nua_substate_terminated), TAG_END()),
                                    Origin::stack)
        ->submit();
  }
  return Ending::under_way;
}

void Notifier::refresh() {
  if (!bound) return;
  const auto request = bound;
  request->send_again(until <= handle_.agent().env().now() ? ClientRequest::Repeat::last
                                                           : ClientRequest::Repeat::refresh);
}

std::optional<ClientRequest::Failure> NotifyRequest::prepare() {
  usage = headers_.event.empty() ? handle_.any_usage(Usage::Kind::notifier)
                                 : handle_.usage(Usage::Kind::notifier, headers_.event);
  const TimeNs now = agent_.env().now();
  if (!usage) {
    const tagi_t* create = tags_.find(nutag_newsub);
    if (!create || !create->t_value) return std::nullopt;  // complete() refuses it
    usage = handle_.add_usage(std::make_unique<Notifier>(handle_, headers_.event));
    notifier()->until = now;
  }
  Notifier& target = *notifier();
  if (target.state == nua_substate_terminated) return std::nullopt;
  target.until = std::max(target.until, target.requested_until);
  nua_substate state = target.state;
  if (!headers_.subscription_state.empty())
    state = nua_substate_make(
        headers_.subscription_state.substr(0, headers_.subscription_state.find(';')).c_str());
  else if (target.until <= now)
    state = nua_substate_terminated;
  else if (const tagi_t* t = tags_.find(nutag_substate))
    state = static_cast<nua_substate>(t->t_value);
  target.state = state == nua_substate_embryonic ? nua_substate_pending : state;
  return std::nullopt;
}

std::optional<ClientRequest::Failure> NotifyRequest::complete(RequestParts& parts) {
  if (!usage) return Failure{481, "Call/Transaction Does Not Exist"};
  Notifier& target = *notifier();
  bind(usage);
  if (target.requested_until) target.until = std::exchange(target.requested_until, 0);
  const TimeNs now = agent_.env().now();
  if (target.until <= now || target.shutting_down || last) target.state = nua_substate_terminated;
  const bool over = target.state == nua_substate_terminated;
  std::string how;
  if (over)
    how = target.until > now ? "reason=noresource" : "reason=timeout";
  else
    how = fmt::format("expires={}", (target.until - now) / kSecond);
  parts.extra += fmt::format("Subscription-State: {};{}\r\n", nua_substate_name(target.state), how);
  parts.extra += "Event: " + (headers_.event.empty() ? target.event() : headers_.event) + "\r\n";
  if (over) last = true;
  return std::nullopt;
}

void NotifyRequest::report(const SipMessagePtr& message, TagList) {
  const Notifier* target = notifier();
  const auto state = target && ends_ == Ends::nothing ? target->state : nua_substate_terminated;
  ClientRequest::report(message, substate_tags(state, target ? target->event() : headers_.event));
  if (target && target->bound.get() == this && ends_ == Ends::nothing && status_ >= 200 &&
      target->until) {
    const long left_s =
        static_cast<long>(std::max<TimeNs>(0, target->until - agent_.env().now()) / kSecond);
    usage->refresh_within(left_s, left_s);
  }
}

}  // namespace onhook::fakes
