// SPDX-License-Identifier: GPL-3.0-or-later
// What the application's calls do once they have reached the stack thread.
#include <fmt/format.h>

#include "fakes/nua/call_client.h"
#include "fakes/nua/registration.h"
#include "fakes/nua/subscription.h"
#include "fakes/nua/user_agent.h"

namespace onhook::fakes {
namespace {

void acknowledge(Handle& handle, const TagList& tags) {
  Session* session = handle.session();
  const auto request = session ? session->bound : nullptr;
  if (!request || !request->is_invite() || !request->transaction() || request->status() < 200)
    return handle.event(nua_i_error, 900, "No response to ACK");
  handle.apply(tags.get());
  if (static_cast<InviteRequest&>(*request).acknowledge(tags.get()))
    return change_call_state(handle, session, 200, "ACK sent", nua_callstate_ready);
  if (session->reason.empty()) session->reason = "SIP;cause=500;text=\"Internal Error\"";
  session->reporting = true;
  const auto outcome = std::make_shared<ByeRequest>(handle, TagList(), Origin::stack)->submit();
  session->reporting = false;
  change_call_state(handle, session, 500, "Internal Error",
                    outcome == ClientRequest::Outcome::failed ? nua_callstate_terminated
                                                              : nua_callstate_terminating);
}

std::shared_ptr<ClientRequest> hang_up(Handle& handle, TagList tags) {
  const Session* session = handle.session();
  // An unanswered call of ours is cancelled instead.
  if (session &&
      (session->state == nua_callstate_calling || session->state == nua_callstate_proceeding))
    return std::make_shared<CancelRequest>(handle, nua_r_bye, std::move(tags), Origin::application);
  return std::make_shared<ByeRequest>(handle, std::move(tags), Origin::application);
}

std::shared_ptr<ClientRequest> make_request(Handle& handle, nua_event_t answer, TagList tags) {
  switch (answer) {
    case nua_r_invite:
      return std::make_shared<InviteRequest>(handle, std::move(tags));
    case nua_r_cancel:
      return std::make_shared<CancelRequest>(handle, nua_r_cancel, std::move(tags),
                                             Origin::application);
    case nua_r_bye:
      return hang_up(handle, std::move(tags));
    case nua_r_register:
    case nua_r_unregister:
      return std::make_shared<RegisterRequest>(handle, answer, std::move(tags));
    case nua_r_subscribe:
    case nua_r_unsubscribe:
      return std::make_shared<SubscribeRequest>(handle, answer, std::move(tags));
    case nua_r_notify:
      return std::make_shared<NotifyRequest>(handle, std::move(tags), Origin::application);
    case nua_r_refer:
      return std::make_shared<ReferRequest>(handle, std::move(tags));
    case nua_r_info:
      return std::make_shared<PlainRequest>(handle, "INFO", answer, std::move(tags));
    case nua_r_message:
      return std::make_shared<PlainRequest>(handle, "MESSAGE", answer, std::move(tags));
    case nua_r_options:
      return std::make_shared<PlainRequest>(handle, "OPTIONS", answer, std::move(tags));
    default:
      return nullptr;
  }
}

}  // namespace

void UserAgent::perform(Handle& handle, nua_event_t answer, TagList tags) {
  if (shutting_down()) return;
  use(handle);
  if (answer == nua_r_ack) return acknowledge(handle, tags);
  if (answer == nua_r_authenticate) return handle.authenticate(tags.get());
  if (const auto request = make_request(handle, answer, std::move(tags))) {
    request->submit();
    return;
  }
  env_.unmodelled(fmt::format("nua: a call answered by {}", nua_event_name(answer)));
}

}  // namespace onhook::fakes
