// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/fake_nua.h"

#include <fmt/format.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_tag.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "fakes/counted.h"
#include "fakes/nua/app_root.h"
#include "fakes/nua/handle.h"
#include "fakes/nua/user_agent.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

AppRoot* from_api(su_root_t* root) { return reinterpret_cast<AppRoot*>(root); }
UserAgent* from_api(nua_t* nua) { return reinterpret_cast<UserAgent*>(nua); }
const UserAgent* from_api(nua_t const* nua) { return reinterpret_cast<const UserAgent*>(nua); }
Handle* from_api(nua_handle_t* handle) { return reinterpret_cast<Handle*>(handle); }

/// What an nua_saved_event_t points to.
struct SavedEvent {
  std::shared_ptr<NuaEvent> event;
};

}  // namespace

FakeNua::FakeNua(Env& env, Retransmission retransmission)
    : env_(env), network_(env), retransmission_(retransmission) {}

FakeNua::~FakeNua() {
  if (current() == this) make_current(nullptr);
  // Agents refer to handles and handles to agents' timers: handles first.
  for (const auto& handle : handles_) {
    handle->requests.clear();
    handle->served.clear();
  }
  handles_.clear();
}

void FakeNua::unmodelled(std::string_view what) {
  env_.unmodelled(what);
  std::abort();
}

std::size_t FakeNua::handles() const {
  return static_cast<std::size_t>(
      std::count_if(handles_.begin(), handles_.end(),
                    [](const auto& handle) { return handle->held && handle->valid; }));
}

std::size_t FakeNua::calls() const {
  std::size_t sum = 0;
  for (const auto& agent : agents_) sum += agent->dialogs();
  return sum;
}

Handle& FakeNua::make_handle(UserAgent& agent, nua_hmagic_t* magic, const tagi_t* tags) {
  handles_.push_back(
      std::make_unique<Handle>(agent, static_cast<int>(handles_.size()) + 1, magic, tags));
  return *handles_.back();
}

bool FakeNua::is_destroyed(const nua_t* nua) const {
  return std::any_of(destroyed_agents_.begin(), destroyed_agents_.end(),
                     [nua](const auto& one) { return one.get() == from_api(nua); });
}

UserAgent* FakeNua::heard(std::string_view call, nua_t* nua) {
  env_.await_turn({"", verb::kCalls, call});
  const bool dangling = is_destroyed(nua);
  const char* more = nua == nullptr ? ", none" : dangling ? ", dangling" : "";
  env_.note({"", verb::kCalls, fmt::format("{}{}", call, more)});
  return dangling ? nullptr : from_api(nua);
}

Handle* FakeNua::heard(std::string_view call, nua_handle_t* handle, std::string_view more) {
  env_.await_turn({"", verb::kCalls, call});
  Handle* const known = from_api(handle);
  std::string detail(call);
  if (!known) {
    detail += ", handle none";
  } else {
    fmt::format_to(std::back_inserter(detail), ", handle {}", known->number());
    if (known->freed)
      detail += ", dangling";
    else if (!known->valid)
      detail += ", destroyed";
  }
  detail += more;
  env_.note({"", verb::kCalls, detail});
  return known && known->valid ? known : nullptr;
}

// Roots ------------------------------------------------------------------------------------------

su_root_t* FakeNua::root_create(su_root_magic_t* magic) {
  roots_.push_back(std::make_unique<AppRoot>(env_, magic));
  return reinterpret_cast<su_root_t*>(roots_.back().get());
}

void FakeNua::root_run(su_root_t* root) { from_api(root)->run(); }

void FakeNua::root_break(su_root_t* root) { from_api(root)->stop(); }

void FakeNua::root_destroy(su_root_t* root) {
  const auto it = std::find_if(roots_.begin(), roots_.end(),
                               [root](const auto& one) { return one.get() == from_api(root); });
  if (it == roots_.end()) return;
  // Kept: a user agent that was refused its nua_destroy() may still post to it.
  destroyed_roots_.push_back(std::move(*it));
  roots_.erase(it);
}

// User agents ------------------------------------------------------------------------------------

nua_t* FakeNua::create(su_root_t* root, nua_callback_f callback, nua_magic_t* magic,
                       const tagi_t* tags) {
  if (!root || !callback) return nullptr;
  env_.await_turn({"", verb::kCalls, "nua_create"});
  agents_.push_back(std::make_unique<UserAgent>(*this, *from_api(root), callback, magic, tags));
  UserAgent& agent = *agents_.back();
  env_.note({"", verb::kCalls, "nua_create, " + agent.settings().user});
  agent.start();
  return agent.api();
}

void FakeNua::shutdown(nua_t* nua) {
  if (UserAgent* agent = heard("nua_shutdown", nua)) agent->shut_down();
}

void FakeNua::destroy(nua_t* nua) {
  UserAgent* agent = heard("nua_destroy", nua);
  // Refused before the final nua_r_shutdown, as in sofia-sip.
  if (!agent || !agent->join()) return;
  for (const auto& handle : handles_) {
    if (&handle->agent() != agent) continue;
    handle->valid = false;
    handle->freed = true;
  }
  const auto it = std::find_if(agents_.begin(), agents_.end(),
                               [agent](const auto& one) { return one.get() == agent; });
  destroyed_agents_.push_back(std::move(*it));
  agents_.erase(it);
}

void FakeNua::get_params(nua_t* nua, const tagi_t* tags) {
  (void)tags;
  UserAgent* agent = heard("nua_get_params", nua);
  if (!agent) return;
  agent->signal([agent] {
    const std::string from = agent->default_from();
    agent->event(nullptr, nua_r_get_params, 200, "OK", nullptr,
                 make_tags(SIPTAG_FROM_STR(from.c_str()), TAG_END()));
  });
}

// Handles ----------------------------------------------------------------------------------------

nua_handle_t* FakeNua::handle(nua_t* nua, nua_hmagic_t* magic, const tagi_t* tags) {
  if (!nua) return nullptr;
  env_.await_turn({"", verb::kCalls, "nua_handle"});
  if (is_destroyed(nua)) return heard("nua_handle", nua), nullptr;
  Handle& handle = make_handle(*from_api(nua), magic, tags);
  handle.held = true;
  env_.note({"", verb::kCalls, fmt::format("nua_handle, handle {}", handle.number())});
  return handle.api();
}

void FakeNua::handle_bind(nua_handle_t* handle, nua_hmagic_t* magic) {
  if (Handle* known = heard("nua_handle_bind", handle)) known->magic = magic;
}

nua_hmagic_t* FakeNua::handle_magic(nua_handle_t* handle) {
  Handle* known = from_api(handle);
  return known && known->valid ? known->magic : nullptr;
}

void FakeNua::handle_destroy(nua_handle_t* handle) {
  Handle* known = heard("nua_handle_destroy", handle);
  if (!known) return;
  known->valid = false;
  known->agent().signal([known] { known->destroy(); });
}

sip_replaces_t* FakeNua::make_replaces(nua_handle_t* handle, su_home_t* home, int early_only) {
  Handle* known = heard("nua_handle_make_replaces", handle);
  if (!known) return nullptr;
  sip_replaces_t* replaces = nullptr;
  known->agent().execute([known, home, early_only, &replaces] {
    const Dialog& dialog = known->dialog;
    if (!dialog.exists) return;
    replaces = sip_replaces_format(home, "%s;from-tag=%s;to-tag=%s%s", dialog.call_id.c_str(),
                                   dialog.local_tag.c_str(),
                                   dialog.remote_tag.empty() ? "0" : dialog.remote_tag.c_str(),
                                   early_only ? ";early-only" : "");
  });
  return replaces;
}

void FakeNua::signal(nua_handle_t* handle, std::string_view call, nua_event_t answer,
                     const tagi_t* tags) {
  Handle* known = heard(call, handle);
  if (!known) return;
  auto list = std::make_shared<TagList>(tags);
  known->agent().signal(
      [known, answer, list] { known->agent().perform(*known, answer, std::move(*list)); });
}

void FakeNua::respond(nua_handle_t* handle, int status, const char* phrase, const tagi_t* tags) {
  Handle* known = heard("nua_respond", handle, fmt::format(", status {}", status));
  if (!known) return;
  auto list = std::make_shared<TagList>(tags);
  known->agent().signal([known, status, text = std::string(phrase ? phrase : ""), list] {
    if (known->agent().shutting_down()) return;
    known->agent().use(*known);
    known->respond(status, text, *list);
  });
}

// Events -----------------------------------------------------------------------------------------

int FakeNua::save_event(nua_t* nua, nua_saved_event_t* saved) {
  if (!saved) return 0;
  *saved = nullptr;
  if (!nua || !from_api(nua)->current_event()) return 0;
  *saved = reinterpret_cast<nua_saved_event_t>(new SavedEvent{from_api(nua)->current_event()});
  return 1;
}

void FakeNua::destroy_event(nua_saved_event_t* saved) {
  if (!saved || !*saved) return;
  auto* event = reinterpret_cast<SavedEvent*>(*saved);
  reference_given_up(event->event->message.get());
  delete event;
  *saved = nullptr;
}

msg_t* FakeNua::saved_event_request(nua_saved_event_t const* saved) {
  if (!saved || !*saved) return nullptr;
  const auto& message = reinterpret_cast<SavedEvent*>(*saved)->event->message;
  return message ? message->msg() : nullptr;
}

msg_t* FakeNua::current_request(nua_t const* nua) {
  if (!nua) return nullptr;
  const auto& event = from_api(nua)->current_event();
  return event && event->message ? event->message->msg() : nullptr;
}

}  // namespace onhook::fakes
