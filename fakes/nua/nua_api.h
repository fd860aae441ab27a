// SPDX-License-Identifier: GPL-3.0-or-later
// Who answers the nua_*() and su_root_*() calls of the plugin: the one switch between the fake nua
// (fake_nua.h) and the real library (fakes/sofia/sofia_nua.h).
//
// nua_abi.cc defines the C functions, turns their variable arguments into tag lists and hands them
// to the NuaApi that is current. It knows nothing else.
#pragma once

#include <sofia-sip/nua.h>
#include <sofia-sip/su_wait.h>

#include <string_view>

namespace onhook::fakes {

class SipNetwork;

class NuaApi {
 public:
  virtual ~NuaApi() = default;
  /// nullptr before a world is built; a nua_*() call then ends the process.
  static NuaApi* current();
  static void make_current(NuaApi* api);

  virtual SipNetwork& network() = 0;
  /// Handles that the application holds: created by or shown to it, and not destroyed.
  virtual std::size_t handles() const = 0;
  /// Calls, including those still being set up or ended.
  virtual std::size_t calls() const = 0;

  /// Ends the run: the plugin called something that this backend does not have.
  [[noreturn]] virtual void unmodelled(std::string_view what) = 0;

  virtual su_root_t* root_create(su_root_magic_t* magic) = 0;
  virtual void root_run(su_root_t* root) = 0;
  virtual void root_break(su_root_t* root) = 0;
  virtual void root_destroy(su_root_t* root) = 0;

  virtual nua_t* create(su_root_t* root, nua_callback_f callback, nua_magic_t* magic,
                        const tagi_t* tags) = 0;
  virtual void shutdown(nua_t* nua) = 0;
  virtual void destroy(nua_t* nua) = 0;
  virtual void get_params(nua_t* nua, const tagi_t* tags) = 0;

  virtual nua_handle_t* handle(nua_t* nua, nua_hmagic_t* magic, const tagi_t* tags) = 0;
  virtual void handle_bind(nua_handle_t* handle, nua_hmagic_t* magic) = 0;
  virtual nua_hmagic_t* handle_magic(nua_handle_t* handle) = 0;
  virtual void handle_destroy(nua_handle_t* handle) = 0;
  virtual nua_handle_t* handle_ref(nua_handle_t* handle) = 0;
  virtual int handle_unref(nua_handle_t* handle) = 0;
  virtual sip_replaces_t* make_replaces(nua_handle_t* handle, su_home_t* home, int early_only) = 0;

  /// nua_invite(), nua_bye() ...: `call` is the function's name, `answer` the event that its answer
  /// carries (nua_r_invite).
  virtual void signal(nua_handle_t* handle, std::string_view call, nua_event_t answer,
                      const tagi_t* tags) = 0;
  virtual void respond(nua_handle_t* handle, int status, const char* phrase,
                       const tagi_t* tags) = 0;

  virtual int save_event(nua_t* nua, nua_saved_event_t* saved) = 0;
  virtual void destroy_event(nua_saved_event_t* saved) = 0;
  virtual msg_t* saved_event_request(nua_saved_event_t const* saved) = 0;
  virtual msg_t* current_request(nua_t const* nua) = 0;
};

}  // namespace onhook::fakes
