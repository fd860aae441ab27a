// SPDX-License-Identifier: GPL-3.0-or-later
// A small SIP application for the tests of the fake nua: it calls the C functions as the plugin
// does, from a thread that runs su_root_run(), and writes down every event.
#pragma once

#include <sofia-sip/nua.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/soa_tag.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fakes/nua/fake_nua.h"
#include "fakes/sip_peer/sip_peer.h"
#include "fakes/testing/baton_env.h"

namespace onhook::fakes::testing {

/// One event as the application saw it.
struct ToyEvent {
  nua_event_t event;
  int status;
  nua_handle_t* handle;
  const sip_t* sip;
  msg_t* request;  ///< nua_current_request()
};

class ToyApp {
 public:
  using Reply = std::function<void(const ToyEvent&)>;

  /// Starts the account's thread; run the world once before the first call.
  ToyApp(Env& env, std::string user, bool cancel_as_rfc2543 = false);

  nua_handle_t* new_handle() { return nua_handle(nua, nullptr, TAG_END()); }
  void invite(nua_handle_t* handle, const std::string& to);
  void reinvite(nua_handle_t* handle);
  void accept(nua_handle_t* handle, int status = 200);

  /// Does what the plugin does: ACK of a 200, credentials for a 401 or 407.
  void behave(const ToyEvent& event);

  static const char* sdp();

  nua_t* nua = nullptr;
  su_root_t* root = nullptr;
  nua_handle_t* incoming = nullptr;  ///< of the latest nua_i_invite
  std::vector<std::string> events;   ///< "r_invite 180", "i_state 200 ready"
  Reply on_event;                    ///< called after behave()
  bool acks = true;
  bool ended = false;
  std::string secret = "secret";

 private:
  static void callback(nua_event_t event, int status, char const* phrase, nua_t* nua,
                       nua_magic_t* magic, nua_handle_t* handle, nua_hmagic_t* hmagic,
                       sip_t const* sip, tagi_t tags[]);
  void run(const std::string& user, bool cancel_as_rfc2543);
};

/// A world with alice (the application) and bob (the peer).
class ToyWorld {
 public:
  explicit ToyWorld(std::uint64_t seed, bool cancel_as_rfc2543 = false,
                    std::vector<Reaction> bob_reacts = {}, std::string bob_password = "",
                    FakeNua::Retransmission retransmission = FakeNua::Retransmission::never);
  ~ToyWorld();

  /// Lets everything happen until `seconds` of virtual time from now.
  void run(TimeNs duration = 0);
  void bob_sends(const std::string& method, TimeNs when = 0,
                 std::map<std::string, std::string> attributes = {});
  /// Calls bob and lets everything happen that happens at once.
  nua_handle_t* call_bob();
  /// Ends the account as the plugin does.
  void shut_down();

  // In this order: the others stop their timers when they go.
  std::unique_ptr<BatonEnv> env;
  std::unique_ptr<FakeNua> nua;
  std::unique_ptr<SipPeer> bob;
  std::unique_ptr<ToyApp> alice;
};

}  // namespace onhook::fakes::testing
