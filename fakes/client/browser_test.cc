// SPDX-License-Identifier: GPL-3.0-or-later
// The browser against the real fake core and a toy plugin that answers calls at once.
#include "fakes/client/browser.h"

#include <gtest/gtest.h>

#include "fakes/core/fake_core.h"
#include "fakes/testing/baton_env.h"
#include "fakes/testing/toy_plugin.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes::testing {
namespace {

constexpr std::uint64_t kSeeds = 60;

struct BrowserWorld {
  explicit BrowserWorld(std::uint64_t seed)
      : env(seed), core(env, plugin.ops(), {}), alice(env, core, {.name = "alice"}, directory) {
    core.start("");
    alice.attach();
    session = plugin.handles.at(0).get();
    plugin.on_message = [this](onhook_handle* handle, const std::string& transaction,
                               json_t* message, json_t* jsep) {
      const std::string request = json_string_value(json_object_get(message, "request"));
      requests.push_back(request);
      if (jsep != nullptr) jseps.emplace_back(json_string_value(json_object_get(jsep, "type")));
      if (request == "call")
        env.spawn("S", [this, handle, transaction] {
          env.sleep(Window::within(0, kSecond), "the callee answers");
          plugin.push(handle, "accepted", "answer", transaction);
        });
      return ONHOOK_RESULT_OK_WAIT;
    };
    env.run();
  }
  void call() {
    ASSERT_EQ(alice.request("call").kind, CoreReply::Kind::ack);
    env.run();
    ASSERT_TRUE(alice.handle()->media_is_up());
  }

  ToyPlugin plugin;
  BatonEnv env;
  FakeCore core;
  Directory directory{{{"bob", "sip:bob@127.0.0.1:5070"}}, "bob", {}};
  Browser alice;
  onhook_handle* session = nullptr;
  std::vector<std::string> requests;
  std::vector<std::string> jseps;
};

TEST(Browser, ACallBringsThePeerConnectionUp) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    BrowserWorld world(seed);
    world.call();
    EXPECT_EQ(world.plugin.count("setup_media"), 1);
    EXPECT_EQ(world.alice.times_received("webrtcup"), 1);
    EXPECT_LT(world.env.index_of("alice", verb::kConnects),
              world.env.index_of("alice", verb::kSetupMedia));
  }
}

Reaction on(const std::string& trigger, Window window, const std::string& verb,
            const std::string& object) {
  return {"alice", trigger, window, verb, object, {}};
}

TEST(Browser, AnIncomingCallIsNotAnsweredUnlessTheScenarioSaysSo) {
  BrowserWorld world(1);
  world.plugin.push(world.session, "incomingcall", "offer");
  world.env.run();
  EXPECT_TRUE(world.requests.empty());
  EXPECT_FALSE(world.alice.handle()->media_is_up());
}

TEST(Browser, AReactionAcceptsWithAnAnswerWithinItsWindow) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    BrowserWorld world(seed);
    world.alice.set_reactions(
        {on("incomingcall", Window::within(kSecond, 2 * kSecond), "requests", "accept")});
    const TimeNs before = world.env.now();
    world.plugin.push(world.session, "incomingcall", "offer");
    world.env.run();
    EXPECT_EQ(world.requests, std::vector<std::string>{"accept"});
    EXPECT_EQ(world.jseps, std::vector<std::string>{"answer"});
    const auto at = static_cast<std::size_t>(world.env.index_of("alice", verb::kRequests));
    EXPECT_GE(world.env.seen().at(at).time - before, kSecond);
    EXPECT_LE(world.env.seen().at(at).time - before, 2 * kSecond);
    EXPECT_TRUE(world.alice.handle()->media_is_up());
  }
}

TEST(Browser, ACallWithoutAnOfferIsAcceptedWithOne) {
  BrowserWorld world(1);
  world.plugin.push(world.session, "incomingcall");
  world.alice.request("accept");
  EXPECT_EQ(world.jseps, std::vector<std::string>{"offer"});
}

TEST(Browser, WhatIsAnsweredEarlyIsAnsweredAgainByWhatAcceptsTheCall) {
  BrowserWorld world(1);
  world.plugin.push(world.session, "incomingcall", "offer");
  world.alice.request("progress");
  world.alice.request("accept");
  world.alice.request("update");
  world.env.run();
  EXPECT_EQ(world.jseps, (std::vector<std::string>{"answer", "answer", "offer"}));
  EXPECT_EQ(world.env.count("alice", verb::kConnects), 1);
}

TEST(Browser, TheFirstReactionThatMatchesWins) {
  BrowserWorld world(1);
  world.alice.set_reactions({on("incomingcall", {}, "requests", "decline"),
                             on("incomingcall", {}, "requests", "accept")});
  world.plugin.push(world.session, "incomingcall");
  world.plugin.push(world.session, "incomingcall");
  world.env.run();
  EXPECT_EQ(world.requests, (std::vector<std::string>{"decline", "decline"}));
}

TEST(Browser, ItsInstructionsKeepTheirOrderWhateverTheirWindows) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    BrowserWorld world(seed);
    const TimeNs before = world.env.now();
    world.alice.play({{"alice", Window::within(0, 5 * kSecond), "requests", "hold", {}},
                      {"alice", Window::within(0, 5 * kSecond), "requests", "unhold", {}},
                      {"alice", Window::exactly(3 * kSecond), "requests", "hangup", {}}});
    world.env.run();
    EXPECT_EQ(world.requests, (std::vector<std::string>{"hold", "unhold", "hangup"}));
    const auto last = world.env.seen().at(
        static_cast<std::size_t>(world.env.index_of("alice", verb::kRequests, "hangup")));
    EXPECT_GE(last.time - before, 3 * kSecond);
    EXPECT_LE(last.time - before, 5 * kSecond);
  }
}

TEST(Browser, KeepsItsPeerConnectionAfterAHangupUntilItCloses) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    BrowserWorld world(seed);
    world.call();
    world.plugin.push(world.session, "hangup");
    world.env.run();
    EXPECT_TRUE(world.alice.handle()->has_pc());
    world.alice.play({{"alice", Window::exactly(30 * kSecond), "closes", "pc", {}}});
    world.env.run();
    EXPECT_EQ(world.env.count("alice", verb::kPcCloses, "DTLS alert"), 1);
    EXPECT_EQ(world.env.count("alice", verb::kDtlsAlert), 1);
    EXPECT_EQ(world.plugin.count("hangup_media"), 1);
  }
}

TEST(Browser, ClosingWhatThePluginHasClosedIsNoAlert) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    BrowserWorld world(seed);
    world.call();
    world.plugin.core().close_pc(world.alice.handle());
    world.env.run();
    world.alice.close_pc();
    world.env.run();
    EXPECT_EQ(world.env.count("alice", verb::kDtlsAlert), 0);
    EXPECT_EQ(world.env.count("alice", verb::kPcCloses), 1);
  }
}

TEST(Browser, ClosingRacingThePluginsCloseGivesOneEndOfEitherKind) {
  int alerts = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    BrowserWorld world(seed);
    world.call();
    world.plugin.core().close_pc(world.alice.handle());
    world.alice.play({{"alice", Window::within(0, kSecond), "closes", "pc", {}}});
    world.env.run();
    EXPECT_EQ(world.env.count("alice", verb::kPcCloses), 1);
    alerts += world.env.count("alice", verb::kPcCloses, "DTLS alert");
  }
  EXPECT_GT(alerts, 0);
  EXPECT_LT(alerts, static_cast<int>(kSeeds));
}

TEST(Browser, ClosingBeforeItIsUpFailsIce) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    BrowserWorld world(seed);
    world.plugin.push(world.session, "incomingcall", "offer");
    world.alice.request("accept");
    world.alice.close_pc();
    world.env.run();
    EXPECT_EQ(world.plugin.count("setup_media"), 0);
    EXPECT_EQ(world.env.count("alice", verb::kPcCloses, "ICE failed"), 1);
    EXPECT_GE(world.env.now(), 5 * kSecond);
  }
}

TEST(Browser, ASecondCallGetsAPeerConnectionOfItsOwn) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    BrowserWorld world(seed);
    world.call();
    world.plugin.core().close_pc(world.alice.handle());
    world.env.run();
    world.call();
    EXPECT_EQ(world.env.count("alice", verb::kPcOpens), 2);
    EXPECT_EQ(world.plugin.count("setup_media"), 2);
  }
}

TEST(Browser, AnUpdateRenegotiatesAndConnectsNothingAnew) {
  BrowserWorld world(1);
  world.call();
  world.plugin.push(world.session, "updatingcall", "offer");
  world.alice.request("update");
  world.alice.request("update");
  world.env.run();
  EXPECT_EQ(world.jseps, (std::vector<std::string>{"offer", "answer", "offer"}));
  EXPECT_EQ(world.env.count("alice", verb::kConnects), 1);
}

TEST(Browser, SendsMediaThroughItsPeerConnection) {
  BrowserWorld world(1);
  std::string packet;
  world.plugin.on_media = [&](onhook_handle*, bool, const std::string& got) { packet = got; };
  world.call();
  world.alice.send_rtp();
  world.env.run();
  RtpHeader header;
  ASSERT_TRUE(parse_rtp(Bytes(packet.begin(), packet.end()), header));
  world.alice.send_rtcp();
  world.env.run();
  EXPECT_TRUE(is_rtcp(Bytes(packet.begin(), packet.end())));
}

TEST(Browser, DetachesItsHandle) {
  BrowserWorld world(1);
  world.call();
  world.alice.play({{"alice", {}, "detaches", "", {}}});
  world.env.run();
  EXPECT_EQ(world.plugin.calls.back(), "destroy_session");
  EXPECT_EQ(world.env.count("alice", verb::kPcCloses, "Detach"), 1);
}

TEST(Browser, WhatItCannotDoEndsTheRunByName) {
  BrowserWorld world(1);
  world.alice.play({{"alice", {}, "sings", "a song", {}}});
  try {
    world.env.run();
    FAIL() << "it sang";
  } catch (const Unmodelled& what) {
    EXPECT_STREQ(what.what(), "browser alice: sings a song");
  }
}

}  // namespace
}  // namespace onhook::fakes::testing
