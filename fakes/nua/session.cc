// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/session.h"

#include "fakes/nua/call_client.h"
#include "fakes/nua/handle.h"
#include "fakes/nua/server_request.h"
#include "fakes/nua/user_agent.h"

namespace onhook::fakes {
namespace {

using Sdp = Session::Sdp;

TagList state_tags(nua_callstate state, Sdp received, Sdp sent) {
  return make_tags(NUTAG_CALLSTATE(state), TAG_IF(received == Sdp::offer, NUTAG_OFFER_RECV(1)),
                   TAG_IF(received == Sdp::answer, NUTAG_ANSWER_RECV(1)),
                   TAG_IF(sent == Sdp::offer, NUTAG_OFFER_SENT(1)),
                   TAG_IF(sent == Sdp::answer, NUTAG_ANSWER_SENT(1)), TAG_END());
}

/// What `init` comes to; false when nothing changes and nothing is told.
bool resolve_refusal(Session& session, nua_callstate* next) {
  if (session.state < nua_callstate_ready) {
    session.state = nua_callstate_init;
  } else if (session.state == nua_callstate_ready) {
    *next = nua_callstate_ready;
  } else if (session.state == nua_callstate_terminating) {
    return false;
  } else {
    session.state = *next = nua_callstate_terminated;
  }
  return true;
}

}  // namespace

void change_call_state(Handle& handle, Session* session, int status, std::string_view phrase,
                       nua_callstate next) {
  if (session && session->reporting) return;
  const nua_callstate before = session ? session->state : nua_callstate_init;
  const nua_callstate asked = next;
  Sdp received = Sdp::none;
  Sdp sent = Sdp::none;
  if (session) {
    received = std::exchange(session->received, Sdp::none);
    sent = std::exchange(session->sent, Sdp::none);
  }
  if (next == nua_callstate_terminating && before >= nua_callstate_terminating) return;
  if (session) {
    if (next == nua_callstate_init) {
      if (!resolve_refusal(*session, &next)) return;
    } else if (next > before) {
      session->state = next;
    }
  }
  if (next == nua_callstate_init) next = nua_callstate_terminated;

  handle.event(nua_i_state, status, phrase, nullptr, state_tags(next, received, sent));
  if (next == nua_callstate_ready && before <= nua_callstate_ready)
    handle.event(nua_i_active, status, "Call active");
  else if (next == nua_callstate_terminated)
    handle.event(nua_i_terminated, status, phrase);

  if (asked == nua_callstate_ready) {
    expect_bye(handle);
    handle.start_next(Handle::Queue::invites);
  }
}

Usage::Ending Session::shut_down() {
  Handle& handle = handle_;
  const auto served = handle.served;
  for (const auto& request : served) {
    if (request->usage != this) continue;
    request->usage = nullptr;
    if (!request->pending()) {
      request->drop();
      continue;
    }
    request->answer(480, "Temporarily Unavailable");
    request->respond({});
    if (request->report() == ServerRequest::Reported::terminated) return Ending::gone;
  }
  const auto cancel = [&handle] {
    return std::make_shared<CancelRequest>(handle, nua_r_cancel, TagList(), Origin::stack)
        ->submit();
  };
  switch (state) {
    case nua_callstate_calling:
    case nua_callstate_proceeding:
      cancel();
      return Ending::under_way;
    case nua_callstate_completing:
    case nua_callstate_completed:
    case nua_callstate_ready:
      if (bound && bound->transaction() && bound->is_invite()) {
        if (bound->status() < 200)
          cancel();
        else
          static_cast<InviteRequest&>(*bound).acknowledge_if_needed();
      }
      if (std::make_shared<ByeRequest>(handle, TagList(), Origin::stack)->submit() ==
          ClientRequest::Outcome::failed)
        break;
      change_call_state(handle, this, 487, "BYE sent", nua_callstate_terminating);
      return Ending::under_way;
    case nua_callstate_terminating:
    case nua_callstate_terminated:
      return Ending::under_way;
    default:
      break;
  }
  handle.remove_usage(this, nullptr, nullptr);
  return Ending::gone;
}

void Session::on_removed(ClientRequest* client, ServerRequest* server) {
  const auto requests = handle_.requests;
  for (const auto& request : requests) {
    if (!request->is_invite() || request.get() == client) continue;
    auto& invite = static_cast<InviteRequest&>(*request);
    reporting = true;
    invite.acknowledge_if_needed();
    reporting = false;
    if (request == bound && request->transaction()) continue;
    if (request->status() < 200)
      handle_.event(request->answer(), 481, "Call/Transaction Does Not Exist");
    request->leave_queue();
  }
  if (state != nua_callstate_terminated && state != nua_callstate_init && !reporting) {
    int status = 0;
    std::string phrase = "Terminated";
    if (client) {
      status = client->status();
      if (!client->phrase().empty()) phrase = client->phrase();
    } else if (server) {
      status = server->status();
      phrase = server->phrase();
    }
    change_call_state(handle_, this, status, phrase, nua_callstate_terminated);
  }
  // A BYE that the application has still to answer outlives the call.
  for (const auto& request : handle_.served)
    if (request->usage == this && request->method() == "BYE") request->usage = nullptr;
  handle_.media = nullptr;
}

}  // namespace onhook::fakes
