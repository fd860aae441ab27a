// SPDX-License-Identifier: GPL-3.0-or-later
// The world of one execution: the fake core and nua around the plugin, and the actors of a scenario
// at their ends. The harness builds one from a script, brings it to where the race begins, copies
// its memory, and from then on runs it again and again from that copy.
//
//   FakeWorld world(env, plugin, script, config);
//   world.init();        the plugin is loaded and each browser has a handle
//   world.establish();   what is `given` holds
//   --- copied here ---
//   world.start();       the actors begin to act
//   world.observe();     when all is over: the final state, as facts
//
// All four run plugin code on the calling thread, which must be one of the world's. Everything the
// world owns is in ordinary heap objects reachable from it; it is current from its construction on,
// because C callbacks have to find it, and there is one at a time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/client/browser.h"
#include "fakes/core/core_rules.h"
#include "fakes/core/fake_core.h"
#include "fakes/env.h"
#include "fakes/media/media_endpoint.h"
#include "fakes/nua/nua_api.h"
#include "fakes/plugin_abi.h"
#include "fakes/script.h"
#include "fakes/sip_peer/sip_actor.h"

namespace onhook::fakes {

struct WorldConfig {
  std::string config_folder;  ///< where the plugin looks for its configuration
  CoreRules rules;
  int log_level = 2;              ///< see FakeCore
  std::uint32_t ip = 0x7f000001;  ///< host of the SIP peers
  std::uint16_t sip_port = 5070;  ///< of the first peer; the next has 10 more
  std::uint16_t rtp_port = 6000;  ///< likewise; outside the plugin's range
};

class FakeWorld {
 public:
  /// A sentence about what is wrong, or nothing.
  using Error = std::optional<std::string>;

  FakeWorld(Env& env, const onhook_plugin_ops& plugin, Script script, WorldConfig config);
  ~FakeWorld();
  FakeWorld(const FakeWorld&) = delete;
  FakeWorld& operator=(const FakeWorld&) = delete;

  /// Whether the script can be played at all: its actors and givens are known. Runs nothing.
  static Error check(const Script& script);

  Error init();
  /// Plays the givens one after the other, with polite actors whatever the script's reactions.
  /// Takes as much virtual time as it needs, up to 30 s for each thing waited for.
  Error establish();
  void start();
  /// Records, for each browser, what query_session says ("observed": "call_status idle") and its
  /// status since the race began ("status": "incall -> idle"); for each peer and for nua what they
  /// still hold.
  void observe();

  FakeCore& core() { return *core_; }
  NuaApi& nua() { return *nua_; }
  /// nullptr when there is no such actor of that kind.
  Browser* browser(std::string_view name);
  /// In the order of their attaching.
  const std::vector<std::unique_ptr<Browser>>& browsers() const { return browsers_; }
  SipActor* peer(std::string_view name);
  MediaEndpoint* media(std::string_view peer_name);
  FakeHandle* handle(std::string_view browser_name);

 private:
  struct Peer {
    std::string name;
    std::unique_ptr<SipActor> sip;
    std::unique_ptr<MediaEndpoint> media;
  };

  // given.cc
  Error establish(const GivenSpec& given);
  Error establish_registered(const GivenSpec& given);
  Error establish_helper(const GivenSpec& given);
  Error establish_call(const GivenSpec& given);
  Error register_account(Browser& browser, const Browser::Attributes& attributes);
  Error call_out(Browser& caller, Peer& callee, const GivenSpec& given);
  Error call_in(Peer& caller, Browser& callee, const GivenSpec& given);
  Error let_media_flow(Browser& browser, Peer& peer);
  /// Sleeps in small steps until `done`; an error that names `what` after 30 s, or as soon as the
  /// plugin has reported one.
  template <typename Done>
  Error wait_until(Done done, const Browser& browser, std::string_view what);

  void shut_down(const Instruction& instruction);
  Peer* find_peer(std::string_view name);
  /// "to alice" as a URI; the first browser's, when the request needs one and none is named.
  template <typename Rule>
  std::vector<Rule> addressed(std::vector<Rule> rules);
  std::string call_status(const json_t* session) const;

  Env& env_;
  const Script script_;
  const WorldConfig config_;
  Directory directory_;
  std::unique_ptr<NuaApi> nua_;
  std::unique_ptr<FakeCore> core_;
  std::vector<std::unique_ptr<Browser>> browsers_;
  std::vector<Peer> peers_;
  std::map<std::string, std::string, std::less<>> status_;  ///< by browser, when the race begins
};

}  // namespace onhook::fakes
