// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/sofia/sofia_nua.h"

#include <fmt/format.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/tport_tag.h>

#include <algorithm>

#include "fakes/sofia/sofia_call.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

tag_value_t as_value(const tagi_t* tags) { return reinterpret_cast<tag_value_t>(tags); }

}  // namespace

SofiaNua::SofiaNua(Env& env) : env_(env), network_(env) {
  network_.open_to_sockets();
  // What the library complains of (a datagram that is no SIP) it would write to stderr in each
  // execution; the trace tells what comes of it.
  su_log_redirect(
      nullptr, [](void*, char const*, va_list) {}, nullptr);
}

SofiaNua::~SofiaNua() {
  if (current() == this) make_current(nullptr);
}

void SofiaNua::unmodelled(std::string_view what) {
  env_.unmodelled(what);
  std::abort();
}

SofiaNua::Known& SofiaNua::known(nua_handle_t* handle) {
  Known& entry = handles_[handle];
  if (entry.number == 0) entry.number = ++handle_count_;
  return entry;
}

void SofiaNua::note_call(std::string_view call, nua_handle_t* handle, std::string_view more) {
  env_.await_turn({"", verb::kCalls, call});
  std::string detail(call);
  if (handle == nullptr) {
    detail += ", handle none";
  } else {
    const Known& entry = known(handle);
    fmt::format_to(std::back_inserter(detail), ", handle {}", entry.number);
    if (entry.dangling)
      detail += ", dangling";
    else if (entry.destroyed)
      detail += ", destroyed";
  }
  detail += more;
  env_.note({"", verb::kCalls, detail});
}

void SofiaNua::note_call(std::string_view call, nua_t* nua) {
  env_.await_turn({"", verb::kCalls, call});
  const char* more = nua == nullptr ? ", none" : is_destroyed(nua) ? ", dangling" : "";
  env_.note({"", verb::kCalls, fmt::format("{}{}", call, more)});
}

std::size_t SofiaNua::handles() const {
  return static_cast<std::size_t>(std::ranges::count_if(handles_, [](const auto& entry) {
    return !entry.second.destroyed && !entry.second.dangling;
  }));
}

std::size_t SofiaNua::calls() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(handles_, [](const auto& h) { return h.second.in_call; }));
}

// Roots ------------------------------------------------------------------------------------------

su_root_t* SofiaNua::root_create(su_root_magic_t* magic) {
  return ONHOOK_SOFIA(su_root_create)(magic);
}
void SofiaNua::root_run(su_root_t* root) { ONHOOK_SOFIA(su_root_run)(root); }
void SofiaNua::root_break(su_root_t* root) { ONHOOK_SOFIA(su_root_break)(root); }
void SofiaNua::root_destroy(su_root_t* root) { ONHOOK_SOFIA(su_root_destroy)(root); }

// User agents ------------------------------------------------------------------------------------

nua_t* SofiaNua::create(su_root_t* root, nua_callback_f callback, nua_magic_t* magic,
                        const tagi_t* tags) {
  env_.await_turn({"", verb::kCalls, "nua_create"});
  agents_.push_back(std::make_unique<Agent>(Agent{this, callback, magic}));
  const tagi_t* user = tl_find(tags, nutag_m_username);
  const std::string name =
      user != nullptr ? reinterpret_cast<const char*>(user->t_value) : std::string();
  env_.note({"", verb::kCalls, "nua_create, " + name});
  const std::string lane = "nua " + name;
  env_.name_next_thread(lane);
  nua_t* nua =
      ONHOOK_SOFIA(nua_create)(root, on_event, reinterpret_cast<nua_magic_t*>(agents_.back().get()),
                               tag_next, as_value(tags));
  // A guest tells nobody where it is.
  for (const Address& at : env_.sockets_of(lane)) {
    network_.add_user(name, at);
    addresses_.emplace(nua, at);
  }
  for (const Address& at : env_.listeners_of(lane)) network_.add_tcp_user(name, at);
  return nua;
}

void SofiaNua::shutdown(nua_t* nua) {
  note_call("nua_shutdown", nua);
  ONHOOK_SOFIA(nua_shutdown)(nua);
}

void SofiaNua::destroy(nua_t* nua) {
  note_call("nua_destroy", nua);
  ONHOOK_SOFIA(nua_destroy)(nua);
  if (!ended_agents_.contains(nua)) return;  // refused: none, or not shut down
  destroyed_agents_.insert(nua);
  const auto [first, last] = addresses_.equal_range(nua);
  for (auto it = first; it != last; ++it) network_.leave(it->second);
  addresses_.erase(first, last);
  for (auto& [handle, known] : handles_) {
    if (known.agent != nua) continue;
    known.dangling = true;
    known.in_call = false;
  }
}

void SofiaNua::get_params(nua_t* nua, const tagi_t* tags) {
  note_call("nua_get_params", nua);
  ONHOOK_SOFIA(nua_get_params)(nua, tag_next, as_value(tags));
}

// Handles ----------------------------------------------------------------------------------------

nua_handle_t* SofiaNua::handle(nua_t* nua, nua_hmagic_t* magic, const tagi_t* tags) {
  if (is_destroyed(nua)) note_call("nua_handle", nua);
  nua_handle_t* made = ONHOOK_SOFIA(nua_handle)(nua, magic, tag_next, as_value(tags));
  if (made == nullptr) return nullptr;
  handles_.erase(made);  // of one that was freed
  known(made).agent = nua;
  note_call("nua_handle", made);
  return made;
}

void SofiaNua::handle_bind(nua_handle_t* handle, nua_hmagic_t* magic) {
  note_call("nua_handle_bind", handle);
  ONHOOK_SOFIA(nua_handle_bind)(handle, magic);
}

nua_hmagic_t* SofiaNua::handle_magic(nua_handle_t* handle) {
  return ONHOOK_SOFIA(nua_handle_magic)(handle);
}

void SofiaNua::handle_destroy(nua_handle_t* handle) {
  note_call("nua_handle_destroy", handle);
  if (handle != nullptr) known(handle).destroyed = true;
  ONHOOK_SOFIA(nua_handle_destroy)(handle);
}

nua_handle_t* SofiaNua::handle_ref(nua_handle_t* handle) {
  return ONHOOK_SOFIA(nua_handle_ref)(handle);
}
int SofiaNua::handle_unref(nua_handle_t* handle) { return ONHOOK_SOFIA(nua_handle_unref)(handle); }

sip_replaces_t* SofiaNua::make_replaces(nua_handle_t* handle, su_home_t* home, int early_only) {
  note_call("nua_handle_make_replaces", handle);
  return ONHOOK_SOFIA(nua_handle_make_replaces)(handle, home, early_only);
}

void SofiaNua::signal(nua_handle_t* handle, std::string_view call, nua_event_t,
                      const tagi_t* tags) {
  note_call(call, handle);
  using Signal = void(nua_handle_t*, tag_type_t, tag_value_t, ...);
  sofia_function<Signal>(std::string(call).c_str())(handle, tag_next, as_value(tags));
}

void SofiaNua::respond(nua_handle_t* handle, int status, const char* phrase, const tagi_t* tags) {
  note_call("nua_respond", handle, fmt::format(", status {}", status));
  ONHOOK_SOFIA(nua_respond)(handle, status, phrase, tag_next, as_value(tags));
}

// Events -----------------------------------------------------------------------------------------

void SofiaNua::on_event(nua_event_t event, int status, char const* phrase, nua_t* nua,
                        nua_magic_t* magic, nua_handle_t* handle, nua_hmagic_t* handle_magic,
                        sip_t const* sip, tagi_t tags[]) {
  const Agent& agent = *reinterpret_cast<Agent*>(magic);
  SofiaNua& self = *agent.owner;
  std::string out = nua_event_name(event);
  if (handle != nullptr) self.known(handle).agent = nua;
  if (event == nua_r_shutdown && status >= 200) self.ended_agents_.insert(nua);
  if (const tagi_t* state = tl_find(tags, nutag_callstate)) {
    const auto callstate = static_cast<nua_callstate>(state->t_value);
    fmt::format_to(std::back_inserter(out), ", callstate {}", nua_callstate_name(callstate));
    if (handle != nullptr)
      self.known(handle).in_call =
          callstate != nua_callstate_terminated && callstate != nua_callstate_init;
  }
  fmt::format_to(std::back_inserter(out), ", status {}", status);
  if (const tagi_t* state = tl_find(tags, nutag_substate))
    fmt::format_to(std::back_inserter(out), ", substate {}",
                   nua_substate_name(static_cast<nua_substate>(state->t_value)));
  if (handle != nullptr)
    fmt::format_to(std::back_inserter(out), ", handle {}", self.known(handle).number);
  if (phrase != nullptr && *phrase != '\0') {
    out += ", phrase ";
    out += phrase;
  }
  self.env_.step({"", verb::kDelivers, out});
  agent.callback(event, status, phrase, nua, agent.magic, handle, handle_magic, sip, tags);
}

int SofiaNua::save_event(nua_t* nua, nua_saved_event_t* saved) {
  return ONHOOK_SOFIA(nua_save_event)(nua, saved);
}
void SofiaNua::destroy_event(nua_saved_event_t* saved) { ONHOOK_SOFIA(nua_destroy_event)(saved); }
msg_t* SofiaNua::saved_event_request(nua_saved_event_t const* saved) {
  return ONHOOK_SOFIA(nua_saved_event_request)(saved);
}
msg_t* SofiaNua::current_request(nua_t const* nua) {
  return ONHOOK_SOFIA(nua_current_request)(nua);
}

}  // namespace onhook::fakes
