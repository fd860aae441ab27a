// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/world.h"

#include <gtest/gtest.h>

#include "fakes/core/fake_handle.h"
#include "fakes/testing/baton_env.h"
#include "fakes/testing/toy_sip.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes::testing {
namespace {

constexpr std::uint64_t kSeeds = 30;

Script script_with(std::vector<GivenSpec> given) {
  return {.actors = {{"alice", ActorKind::browser}, {"bob", ActorKind::sip_peer}},
          .given = std::move(given),
          .instructions = {},
          .reactions = {},
          .datagrams = {}};
}

struct ToyWorld {
  ToyWorld(std::uint64_t seed, Script script)
      : env(seed), toy(env), world(env, toy.plugin.ops(), std::move(script), {}) {
    toy.listen(world.nua().network(), "alice");
  }
  /// What establish() says.
  FakeWorld::Error begin() {
    if (auto error = world.init()) return error;
    return world.establish();
  }

  BatonEnv env;
  ToySip toy;
  FakeWorld world;
};

TEST(FakeWorld, KnowsItsGivens) {
  EXPECT_FALSE(FakeWorld::check(script_with({{"call", "alice", "bob", {"audio"}}})));
  EXPECT_EQ(FakeWorld::check(script_with({{"kall", "alice", "bob", {}}})),
            "unknown given 'kall': known are registered, helper, call, ringing");
  EXPECT_EQ(FakeWorld::check(script_with({{"call", "alice", "bob", {"smell"}}})),
            "given call: unknown option 'smell': known are audio, video, media flowing, force_tcp");
  EXPECT_EQ(FakeWorld::check(script_with({{"call", "alice", "eve", {}}})),
            "given call: no actor is called 'eve'");
  EXPECT_EQ(FakeWorld::check(script_with({{"call", "alice", "alice", {}}})),
            "given call: it takes a browser and a sip_peer, in either direction");
  EXPECT_TRUE(FakeWorld::check(script_with({{"registered", "bob", "", {}}})));
}

TEST(FakeWorld, OnlyTheRealLibraryHasTcp) {
  Script over_tcp = script_with({{"registered", "alice", "", {"force_tcp"}}});
  EXPECT_EQ(FakeWorld::check(over_tcp),
            "given registered with force_tcp: the fake nua has no TCP, 'sip sofia' has");
  over_tcp.sip = SipStack::sofia;
  EXPECT_FALSE(FakeWorld::check(over_tcp));
}

TEST(FakeWorld, AHelperSharesTheAccountOfAnotherBrowser) {
  Script script = script_with({{"helper", "carol", "alice", {}}});
  script.actors.push_back({"carol", ActorKind::browser});
  EXPECT_FALSE(FakeWorld::check(script));
  ToyWorld toy(1, script);
  const auto error = toy.begin();
  ASSERT_FALSE(error) << *error;
  EXPECT_EQ(toy.world.browser("alice")->times_received("registered"), 1);
  EXPECT_EQ(toy.world.browser("carol")->times_received("registered"), 1);
  EXPECT_EQ(toy.env.count("carol", verb::kRequests, "register, master alice, type helper"), 1);
  for (const char* nobodys : {"carol", "bob", ""}) {
    script.given = {{"helper", "carol", nobodys, {}}};
    EXPECT_TRUE(FakeWorld::check(script)) << nobodys;
  }
}

TEST(FakeWorld, EachBrowserHasAHandleAfterInit) {
  ToyWorld toy(1, script_with({}));
  EXPECT_FALSE(toy.world.init());
  ASSERT_NE(toy.world.handle("alice"), nullptr);
  EXPECT_EQ(toy.world.handle("alice")->actor(), "alice");
  EXPECT_EQ(toy.world.handle("bob"), nullptr);
  EXPECT_NE(toy.world.peer("bob"), nullptr);
}

TEST(FakeWorld, APluginThatDoesNotStartIsAnError) {
  ToyWorld toy(1, script_with({}));
  toy.toy.plugin.init_result = -1;
  EXPECT_EQ(toy.world.init(), "the plugin's init() returned -1");
}

TEST(FakeWorld, EstablishesACallFromTheBrowser) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    ToyWorld toy(seed, script_with({{"call", "alice", "bob", {"audio", "media flowing"}}}));
    const auto error = toy.begin();
    ASSERT_FALSE(error) << *error;
    EXPECT_TRUE(toy.world.handle("alice")->media_is_up());
    EXPECT_GT(toy.world.handle("alice")->media().rtp_packets, 0u);
    EXPECT_GT(toy.world.media("bob")->rtp_received(), 0u);
    EXPECT_EQ(toy.world.peer("bob")->call_state(), SipActor::CallState::incall);
  }
}

TEST(FakeWorld, EstablishesACallFromThePeer) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    ToyWorld toy(seed, script_with({{"call", "bob", "alice", {"audio"}}}));
    const auto error = toy.begin();
    ASSERT_FALSE(error) << *error;
    EXPECT_TRUE(toy.world.handle("alice")->media_is_up());
    EXPECT_EQ(toy.world.peer("bob")->call_state(), SipActor::CallState::incall);
  }
}

TEST(FakeWorld, EstablishesACallThatOnlyRings) {
  for (const auto& [from, to] : {std::pair{"alice", "bob"}, std::pair{"bob", "alice"}}) {
    ToyWorld toy(1, script_with({{"ringing", from, to, {}}}));
    const auto error = toy.begin();
    ASSERT_FALSE(error) << *error;
    EXPECT_EQ(toy.world.browser("alice")->times_received("accepted"), 0);
    EXPECT_FALSE(toy.world.handle("alice")->media_is_up());
  }
}

TEST(FakeWorld, SaysWhatItWaitedForInVain) {
  ToyWorld toy(1, script_with({{"call", "alice", "bob", {"media flowing"}}}));
  toy.toy.relays = false;
  EXPECT_EQ(toy.begin(),
            "alice: waiting for media to flow both ways: not within 30 s; the last event was "
            "'webrtcup'");
}

TEST(FakeWorld, SaysWhatThePluginRefused) {
  ToyWorld toy(1, script_with({{"call", "alice", "bob", {}}}));
  toy.toy.register_event = "";
  EXPECT_EQ(toy.begin(), "alice: waiting to be registered: the plugin says \"no accounts today\"");
}

TEST(FakeWorld, ReactionsAndInstructionsBeginWithTheRace) {
  Script script = script_with({{"call", "bob", "alice", {}}});
  script.reactions = {{"alice", "incomingcall", {}, "requests", "decline", {}},
                      {"bob", "BYE", Window::exactly(5 * kSecond), "replies", "200", {}}};
  script.instructions = {{"alice", Window::exactly(kSecond), "requests", "hangup", {}}};
  ToyWorld toy(1, script);
  const auto error = toy.begin();
  ASSERT_FALSE(error) << *error;
  toy.env.run();
  EXPECT_EQ(toy.env.count("alice", verb::kRequests), 0);
  const TimeNs start = toy.env.now();
  toy.world.start();
  toy.env.run();
  EXPECT_EQ(toy.env.count("alice", verb::kRequests, "hangup"), 1);
  const int reply = toy.env.index_of("bob", verb::kReplies, "200, BYE");
  ASSERT_GE(reply, 0);
  EXPECT_EQ(toy.env.seen().at(static_cast<std::size_t>(reply)).time - start, 6 * kSecond);
}

TEST(FakeWorld, APeerCallsTheBrowserThatItNamesOrElseTheFirst) {
  for (const auto& attributes : {std::map<std::string, std::string>{}, {{"to", "alice"}}}) {
    Script script = script_with({{"registered", "alice", "", {}}});
    script.instructions = {{"bob", {}, "sends", "INVITE", attributes}};
    script.reactions = {{"alice", "incomingcall", {}, "requests", "accept", {}}};
    ToyWorld toy(1, script);
    const auto error = toy.begin();
    ASSERT_FALSE(error) << *error;
    toy.world.start();
    toy.env.run();
    EXPECT_EQ(toy.world.peer("bob")->call_state(), SipActor::CallState::incall);
    EXPECT_TRUE(toy.world.handle("alice")->media_is_up());
  }
}

TEST(FakeWorld, ObservesTheFinalState) {
  Script script = script_with({{"call", "alice", "bob", {}}});
  script.instructions = {{"alice", {}, "requests", "hangup", {}}};
  ToyWorld toy(1, script);
  const auto error = toy.begin();
  ASSERT_FALSE(error) << *error;
  toy.world.start();
  toy.env.run();
  toy.world.observe();
  EXPECT_EQ(toy.env.count("alice", verb::kStatus, "incall -> idle"), 1);
  EXPECT_EQ(toy.env.count("alice", verb::kObserved, "call_status idle"), 1);
  EXPECT_EQ(toy.env.count("alice", verb::kObserved, "established 0"), 1);
  EXPECT_EQ(toy.env.count("alice", verb::kObserved, "pc open"), 1);
  EXPECT_EQ(toy.env.count("bob", verb::kObserved, "open_calls 0"), 1);
}

TEST(FakeWorld, ObservesThatASessionIsGone) {
  Script script = script_with({});
  script.instructions = {{"alice", {}, "detaches", "", {}}};
  ToyWorld toy(1, script);
  ASSERT_FALSE(toy.begin());
  toy.world.start();
  toy.env.run();
  toy.world.observe();
  EXPECT_EQ(toy.env.count("alice", verb::kObserved, "session gone"), 1);
}

}  // namespace
}  // namespace onhook::fakes::testing
