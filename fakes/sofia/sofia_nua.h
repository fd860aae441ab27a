// SPDX-License-Identifier: GPL-3.0-or-later
// The real nua of libsofia-sip-ua, unmodified, in the place of the fake one.
//
// Each call of the plugin goes on to the library's own function; its stack threads, timers and
// sockets are already the world's, because the executable stands in for libc's. What is added is
// what the trace tells: the plugin's calls, the events delivered to it, and the SIP that its user
// agents send. The library's own calls of the same functions come through here, too, and are
// passed on untold.
//
// nua_destroy() frees the user agent and its handles. A call on one of them after that is told as
// "dangling" and passed on: it reads freed memory, and the run may end in the library.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fakes/env.h"
#include "fakes/nua/nua_api.h"
#include "fakes/nua/sip_network.h"

namespace onhook::fakes {

class SofiaNua final : public NuaApi {
 public:
  explicit SofiaNua(Env& env);
  ~SofiaNua() override;

  SipNetwork& network() override { return network_; }
  std::size_t handles() const override;
  std::size_t calls() const override;
  [[noreturn]] void unmodelled(std::string_view what) override;
  su_root_t* root_create(su_root_magic_t* magic) override;
  void root_run(su_root_t* root) override;
  void root_break(su_root_t* root) override;
  void root_destroy(su_root_t* root) override;
  nua_t* create(su_root_t* root, nua_callback_f callback, nua_magic_t* magic,
                const tagi_t* tags) override;
  void shutdown(nua_t* nua) override;
  void destroy(nua_t* nua) override;
  void get_params(nua_t* nua, const tagi_t* tags) override;
  nua_handle_t* handle(nua_t* nua, nua_hmagic_t* magic, const tagi_t* tags) override;
  void handle_bind(nua_handle_t* handle, nua_hmagic_t* magic) override;
  nua_hmagic_t* handle_magic(nua_handle_t* handle) override;
  void handle_destroy(nua_handle_t* handle) override;
  nua_handle_t* handle_ref(nua_handle_t* handle) override;
  int handle_unref(nua_handle_t* handle) override;
  sip_replaces_t* make_replaces(nua_handle_t* handle, su_home_t* home, int early_only) override;
  void signal(nua_handle_t* handle, std::string_view call, nua_event_t answer,
              const tagi_t* tags) override;
  void respond(nua_handle_t* handle, int status, const char* phrase, const tagi_t* tags) override;
  int save_event(nua_t* nua, nua_saved_event_t* saved) override;
  void destroy_event(nua_saved_event_t* saved) override;
  msg_t* saved_event_request(nua_saved_event_t const* saved) override;
  msg_t* current_request(nua_t const* nua) override;

 private:
  struct Agent {
    SofiaNua* owner = nullptr;
    nua_callback_f callback = nullptr;
    nua_magic_t* magic = nullptr;
  };
  struct Known {
    int number = 0;
    nua_t* agent = nullptr;  ///< whose it is, once known
    bool destroyed = false;  ///< given up with nua_handle_destroy()
    bool dangling = false;   ///< freed with its agent
    bool in_call = false;
  };
  static void on_event(nua_event_t event, int status, char const* phrase, nua_t* nua,
                       nua_magic_t* magic, nua_handle_t* handle, nua_hmagic_t* handle_magic,
                       sip_t const* sip, tagi_t tags[]);
  Known& known(nua_handle_t* handle);
  void note_call(std::string_view call, nua_handle_t* handle, std::string_view more = {});
  void note_call(std::string_view call, nua_t* nua);
  bool is_destroyed(const nua_t* nua) const { return destroyed_agents_.contains(nua); }

  Env& env_;
  SipNetwork network_;  ///< open to the world's sockets, which is where the library listens
  std::vector<std::unique_ptr<Agent>> agents_;
  std::map<nua_handle_t*, Known> handles_;
  // By address: in one execution no block is handed out twice.
  std::set<const nua_t*> ended_agents_;  ///< that have told the end of nua_shutdown()
  std::set<const nua_t*> destroyed_agents_;
  std::multimap<const nua_t*, Address> addresses_;  ///< of agents that are not destroyed
  int handle_count_ = 0;
};

}  // namespace onhook::fakes
