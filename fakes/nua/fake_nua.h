// SPDX-License-Identifier: GPL-3.0-or-later
// The fake nua: every user agent (nua_t) of one world.
//
// It stands in for the part of sofia-sip that has threads: nua_*() and su_root_*() called by the
// plugin arrive here (nua_abi.cc), each account gets a stack thread "nua <user>" that runs dialogs
// and transactions, and events are delivered by su_root_run() on the thread that called it. Tags,
// headers, SDP negotiation and SIP parsing stay those of the real libsofia-sip-ua.
//
// The world owns one FakeNua and makes it current before the plugin runs. It is not told what a
// call ought to do; it does what RFC 3261, 3264, 3515 and 6665 and nua itself do (the order of its
// events was compared with libsofia-sip-ua 1.12.11), and ends the run by name (Env::unmodelled)
// where it cannot: TLS and IPv6, reliable provisional responses, session timers, PUBLISH, UPDATE of
// ours, incoming SUBSCRIBE.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "fakes/env.h"
#include "fakes/nua/nua_api.h"
#include "fakes/nua/sip_network.h"

namespace onhook::fakes {

class AppRoot;
class Handle;
class UserAgent;

class FakeNua final : public NuaApi {
 public:
  /// Whether requests are repeated until they are answered (RFC 3261 timers A and E). The network
  /// loses nothing, so that it only makes a difference to a peer that counts.
  enum class Retransmission { never, on_timer };

  explicit FakeNua(Env& env, Retransmission retransmission = Retransmission::never);
  ~FakeNua() override;
  FakeNua(const FakeNua&) = delete;
  FakeNua& operator=(const FakeNua&) = delete;

  Env& env() { return env_; }
  Retransmission retransmission() const { return retransmission_; }

  // What laws ask -------------------------------------------------------------------------------
  /// User agents that nua_destroy() has not reached.
  std::size_t agents() const { return agents_.size(); }
  SipNetwork& network() override { return network_; }
  std::size_t handles() const override;
  std::size_t calls() const override;
  /// su_root_t objects that su_root_destroy() has not reached.
  std::size_t roots() const { return roots_.size(); }

  // NuaApi: the application's side of nua_*(). Each call is noted, "calls nua_bye, handle 2", and
  // is a step where an event of the scenario waits for it; the attribute "destroyed" marks one on a
  // handle that was given up (ignored), "dangling" one on a handle or user agent whose memory the
  // real library would have freed by then.
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
  nua_handle_t* handle_ref(nua_handle_t*) override { unmodelled("nua_handle_ref"); }
  int handle_unref(nua_handle_t*) override { unmodelled("nua_handle_unref"); }
  sip_replaces_t* make_replaces(nua_handle_t* handle, su_home_t* home, int early_only) override;
  void signal(nua_handle_t* handle, std::string_view call, nua_event_t answer,
              const tagi_t* tags) override;
  void respond(nua_handle_t* handle, int status, const char* phrase, const tagi_t* tags) override;
  int save_event(nua_t* nua, nua_saved_event_t* saved) override;
  void destroy_event(nua_saved_event_t* saved) override;
  msg_t* saved_event_request(nua_saved_event_t const* saved) override;
  msg_t* current_request(nua_t const* nua) override;

  // For user agents ------------------------------------------------------------------------------
  /// Handles are numbered in order of creation, from 1: how the trace names them.
  Handle& make_handle(UserAgent& agent, nua_hmagic_t* magic, const tagi_t* tags);

 private:
  bool is_destroyed(const nua_t* nua) const;
  /// Notes the call; nullptr when the user agent or handle is not to be heard.
  UserAgent* heard(std::string_view call, nua_t* nua);
  Handle* heard(std::string_view call, nua_handle_t* handle, std::string_view more = {});

  Env& env_;
  SipNetwork network_;
  Retransmission retransmission_;
  std::vector<std::unique_ptr<AppRoot>> roots_;
  std::vector<std::unique_ptr<AppRoot>> destroyed_roots_;
  std::vector<std::unique_ptr<UserAgent>> agents_;
  std::vector<std::unique_ptr<UserAgent>> destroyed_agents_;
  std::vector<std::unique_ptr<Handle>> handles_;
};

}  // namespace onhook::fakes
