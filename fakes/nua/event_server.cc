// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/event_server.h"

#include <fmt/format.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_tag.h>

#include <cstdlib>

#include "fakes/nua/user_agent.h"

namespace onhook::fakes {

std::string event_of(const SipMessage& message) {
  const sip_event_t* event = message.sip()->sip_event;
  if (!event || !event->o_type) return "";
  if (!event->o_id) return event->o_type;
  return fmt::format("{};id={}", event->o_type, event->o_id);
}

void NotifyServer::init() {
  if (handle_ && !handle_->dialog.remote_tag.empty() &&
      handle_->dialog.remote_tag != request_->from_tag())
    answer(481, "Subscription Does Not Exist");
}

void NotifyServer::preprocess() {
  usage = handle_->usage(Usage::Kind::subscription, event_of(*request_));
  if (!usage) return answer(481, "Subscription Does Not Exist");
  auto& subscription = static_cast<Subscription&>(*usage);
  const sip_subscription_state_t* given = request_->sip()->sip_subscription_state;
  if (!given) {
    const auto* expires = request_->sip()->sip_expires;
    const unsigned long left = expires ? expires->ex_delta : subscription.lifetime_s;
    subscription.state = left == 0 ? nua_substate_terminated : nua_substate_active;
  } else {
    subscription.state = nua_substate_make(given->ss_substate);
    const std::string_view reason = given->ss_reason ? given->ss_reason : "";
    if (reason == "deactivated" || reason == "probation")
      agent_.env().unmodelled("nua: NOTIFY that asks to subscribe again (" + std::string(reason) +
                              ")");
  }
  subscription.notified = true;
  terminating = subscription.state == nua_substate_terminated;
  answer(200, "OK");
}

TagList NotifyServer::event_tags() const {
  const auto state =
      usage ? static_cast<const Subscription*>(usage)->state : nua_substate_terminated;
  return make_tags(NUTAG_SUBSTATE(state), SIPTAG_EVENT(request_->sip()->sip_event), TAG_END());
}

ServerRequest::Reported NotifyServer::report() {
  const auto keep = shared_from_this();
  auto* subscription = static_cast<Subscription*>(usage);
  const Reported result = report_base();
  if (result != Reported::done || !subscription) return result;
  const auto* given = request_->sip()->sip_subscription_state;
  if (given && given->ss_expires) {
    const long left = std::strtol(given->ss_expires, nullptr, 10);
    if (left <= subscription->lifetime_s) subscription->refresh_before(left);
  }
  return result;
}

void ReferServer::preprocess() {
  const bool another = handle_->usage(Usage::Kind::notifier, "refer") != nullptr;
  const std::string event = another ? fmt::format("refer;id={}", request_->cseq()) : "refer";
  auto notifier = std::make_unique<Notifier>(*handle_, event);
  notifier->requested_until = agent_.env().now() + Notifier::kReferLifetime;
  usage = handle_->add_usage(std::move(notifier));
}

void ReferServer::complete(ResponseParts& parts, const TagList& tags) {
  (void)parts;
  (void)tags;
  if (status_ < 200 || !usage) return;
  if (status_ >= 300) {
    terminating = true;
    return;
  }
  auto& notifier = static_cast<Notifier&>(*usage);
  notifier.ready = true;
  notifier.until = agent_.env().now() + Notifier::kReferLifetime;
  if (application_ != 0) notifier.state = nua_substate_active;
}

ServerRequest::Reported ReferServer::report() {
  const auto keep = shared_from_this();
  const Reported result = report_base();
  if (result != Reported::terminated && place_ == Place::initial) {
    // Outside a call the stack starts the notifications, as a signal to itself.
    agent_.timers().defer([handle = handle_] {
      std::make_shared<NotifyRequest>(
          *handle,
          make_tags(SIPTAG_CONTENT_TYPE_STR("message/sipfrag"),
                    SIPTAG_PAYLOAD_STR("SIP/2.0 100 Trying\r\n"), TAG_END()),
          Origin::stack)
          ->submit();
    });
  }
  return result;
}

TagList ReferServer::event_tags() const {
  const auto state =
      usage && !terminating ? static_cast<const Notifier*>(usage)->state : nua_substate_terminated;
  const std::string event = usage ? usage->event() : "refer";
  return make_tags(NUTAG_SUBSTATE(state), SIPTAG_EVENT_STR(event.c_str()), TAG_END());
}

}  // namespace onhook::fakes
