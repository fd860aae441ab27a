// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/handle.h"

#include <fmt/format.h>
#include <sofia-sip/nua_tag.h>

#include <algorithm>
#include <cstring>

#include "fakes/nua/client_request.h"
#include "fakes/nua/server_request.h"
#include "fakes/nua/session.h"
#include "fakes/nua/user_agent.h"

namespace onhook::fakes {
namespace {

std::string text_of_url(tag_value_t value) {
  return value ? uri_of(reinterpret_cast<const url_t*>(value)) : std::string();
}

std::optional<std::string> text_or_unset(tag_value_t value) {
  const auto* text = reinterpret_cast<const char*>(value);
  return text ? std::optional<std::string>(text) : std::nullopt;
}

/// RFC 6665 section 8.2.1: packages compare with their ids; the NOTIFY of a REFER may leave its
/// out.
bool same_event(std::string_view wanted, std::string_view have) {
  if (wanted == have) return true;
  return wanted == "refer" && have.starts_with("refer;");
}

}  // namespace

Handle::Handle(UserAgent& agent, int number, nua_hmagic_t* app_magic, const tagi_t* tags)
    : magic(app_magic), agent_(&agent), number_(number), tags_(tags) {}

Handle::~Handle() = default;

void Handle::apply(const tagi_t* tags) {
  for (const tagi_t* t = tags; t && t->t_tag; t = tl_next(t)) {
    if (t->t_tag == nutag_autoanswer)
      prefs_.auto_answer = t->t_value != 0;
    else if (t->t_tag == nutag_autoack)
      prefs_.auto_ack = t->t_value != 0;
    else if (t->t_tag == nutag_proxy)
      prefs_.proxy = text_of_url(t->t_value);
    else if (t->t_tag == nutag_registrar)
      prefs_.registrar = text_of_url(t->t_value);
    else if (t->t_tag == nutag_m_username)
      prefs_.contact_user = text_or_unset(t->t_value);
    else if (t->t_tag == nutag_m_display)
      prefs_.contact_display = text_or_unset(t->t_value);
    else if (t->t_tag == nutag_m_params)
      prefs_.contact_params = text_or_unset(t->t_value);
  }
  if (!media) {
    media = std::make_unique<MediaSession>(fmt::format("- {}", 1000 + number_),
                                           ip_text(agent_->settings().address.ip));
    media->set_params(tags_.get());
  }
  media->set_params(tags);
}

void Handle::event(nua_event_t event, int status, std::string_view phrase, SipMessagePtr message,
                   TagList tags) {
  agent_->event(this, event, status, phrase, std::move(message), std::move(tags));
}

Usage* Handle::usage(Usage::Kind kind, std::string_view event) const {
  for (const auto& usage : usages_)
    if (usage->kind() == kind && same_event(event, usage->event())) return usage.get();
  return nullptr;
}

Usage* Handle::any_usage(Usage::Kind kind) const {
  for (const auto& usage : usages_)
    if (usage->kind() == kind) return usage.get();
  return nullptr;
}

Session* Handle::session() const { return static_cast<Session*>(any_usage(Usage::Kind::session)); }

Usage* Handle::add_usage(std::unique_ptr<Usage> usage) {
  usages_.insert(usages_.begin(), std::move(usage));
  return usages_.front().get();
}

void Handle::remove_usage(Usage* usage, ClientRequest* client, ServerRequest* server) {
  const auto at = std::find_if(usages_.begin(), usages_.end(),
                               [usage](const auto& one) { return one.get() == usage; });
  if (at == usages_.end()) return;
  const std::unique_ptr<Usage> removed = std::move(*at);
  usages_.erase(at);
  removed->on_removed(client, server);
  if (const auto bound = std::exchange(removed->bound, nullptr)) bound->usage = nullptr;
  for (const auto& request : requests)
    if (request->usage == usage) request->usage = nullptr;
  const auto being_served = served;
  for (const auto& request : being_served) {
    if (request->usage != usage) continue;
    request->usage = nullptr;
    if (request.get() != server) request->drop();
  }
  if (!ending && usages_.empty()) dialog.end();
}

void Handle::remove_all_usages() {
  ending = true;
  while (!usages_.empty()) remove_usage(usages_.front().get(), nullptr, nullptr);
  ending = false;
  dialog.end();
}

Usage::Ending Handle::shut_down(Usage* usage) {
  usage->stop_refresh();
  usage->shutting_down = true;
  return usage->shut_down();
}

bool Handle::repeat_shutdown() {
  const auto being_served = served;
  for (const auto& request : being_served) {
    if (!request->pending()) continue;
    request->answer(410, "Gone");
    request->respond({});
    request->report();
  }
  std::vector<Usage*> all;
  for (const auto& usage : usages_) all.push_back(usage.get());
  for (Usage* usage : all) {
    const bool there = std::any_of(usages_.begin(), usages_.end(),
                                   [usage](const auto& one) { return one.get() == usage; });
    if (there) shut_down(usage);
  }
  return !usages_.empty();
}

void Handle::destroy() {
  valid = false;
  ending = true;
  for (bool again = true; again;) {
    again = false;
    for (const auto& usage : usages_) {
      if (usage->shutting_down) continue;
      shut_down(usage.get());
      again = true;
      break;
    }
  }
  while (!requests.empty()) requests.front()->abandon();
  while (!served.empty()) {
    const auto request = served.front();
    request->drop();
    std::erase(served, request);
  }
  remove_all_usages();
  media = nullptr;
  freed = true;
  agent_->unuse(*this);
}

void Handle::start_next(Queue queue) {
  for (const auto& request : requests) {
    if (request->is_cancel()) continue;
    if (request->is_invite() != (queue == Queue::invites)) continue;
    if (!request->under_way()) {
      const auto next = request;
      next->start();
    }
    return;
  }
}

bool Handle::request_pending() const {
  return std::any_of(requests.begin(), requests.end(),
                     [](const auto& request) { return request->transaction() != nullptr; });
}

void Handle::authenticate(const tagi_t* tags) {
  const int added = credentials.add(tags);
  const auto first = requests.empty() ? nullptr : requests.front();
  const bool waits = first && first->waits_for_credentials();
  if (added > 0 && waits) {
    first->resume(tags);
  } else if (added > 0) {
    event(nua_r_authenticate, 202, "No operation to restart");
  } else if (waits) {
    if (added < 0)
      first->refuse_credentials(900, "Operation cannot add credentials");
    else
      first->refuse_credentials(904, "Operation has no matching challenge ");
  } else if (added < 0) {
    event(nua_r_authenticate, 900, "Cannot add credentials");
  } else {
    event(nua_r_authenticate, 904, "No matching challenge");
  }
}

void Handle::respond(int status, const std::string& phrase, const TagList& tags) {
  const tagi_t* with = tags.find(nutag_with);
  const auto* wanted = with ? reinterpret_cast<const msg_t*>(with->t_value) : nullptr;
  for (const auto& request : served) {
    const bool meant =
        with ? wanted && request->message()->msg() == wanted : request->method() == "INVITE";
    if (!meant) continue;
    if (!request->pending()) return event(nua_i_error, 500, "Already Sent Final Response");
    const auto keep = request;
    keep->respond_for_application(status, phrase, tags);
    return;
  }
  event(nua_i_error, 500, "Responding to a Non-Existing Request");
}

}  // namespace onhook::fakes
