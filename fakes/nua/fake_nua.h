// SPDX-License-Identifier: GPL-3.0-or-later
// The fake nua: every user agent (nua_t) of one world.
//
// It stands in for the part of sofia-sip that has threads: nua_*() and su_root_*() called by the
// plugin arrive here (nua_abi.cc), each account gets a stack thread "nua <user>" that runs dialogs
// and transactions, and events are delivered by su_root_run() on the thread that called it. Tags,
// headers, SDP negotiation and SIP parsing stay those of the real libsofia-sip-ua.
//
// The world owns one FakeNua and makes it current before the plugin runs. It is not told what a
// call ought to do; it does what RFC 3261, 3264, 3515 and 6665 and the documentation of nua say,
// and ends the run by name (Env::unmodelled) where it cannot.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/env.h"
#include "fakes/nua/sip_network.h"

namespace onhook::fakes {

class UserAgent;
class AppRoot;

/// Who answers the plugin's nua_*() calls: this folder, or the real library (the second rung).
enum class NuaBackend { fake, sofia };

class FakeNua {
 public:
  explicit FakeNua(Env& env);
  ~FakeNua();
  FakeNua(const FakeNua&) = delete;
  FakeNua& operator=(const FakeNua&) = delete;

  /// The one that nua_*() calls go to; nullptr before the world is built.
  static FakeNua* current();
  static void make_current(FakeNua* nua);

  Env& env() { return env_; }
  SipNetwork& network() { return network_; }

  // What laws ask -------------------------------------------------------------------------------
  /// User agents that nua_destroy() has not reached.
  std::size_t agents() const;
  /// Handles that the application holds: created by or shown to it, and not destroyed.
  std::size_t handles() const;
  /// Dialogs, including those still being set up or ended.
  std::size_t dialogs() const;
  /// su_root_t objects that su_root_destroy() has not reached.
  std::size_t roots() const;

  // For nua_abi.cc ------------------------------------------------------------------------------
  AppRoot* create_root(void* magic);
  void destroy_root(AppRoot* root);
  UserAgent* add_agent(std::unique_ptr<UserAgent> agent);
  void remove_agent(UserAgent* agent);
  /// Numbers handles in order of creation, from 1: how the trace names them.
  int next_handle_number() { return ++last_handle_number_; }

 private:
  Env& env_;
  SipNetwork network_;
  std::vector<std::unique_ptr<AppRoot>> roots_;
  std::vector<std::unique_ptr<UserAgent>> agents_;
  int last_handle_number_ = 0;
};

}  // namespace onhook::fakes
