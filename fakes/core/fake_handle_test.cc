// SPDX-License-Identifier: GPL-3.0-or-later
// The core's laws as a plugin sees them, each over many thread orders.
#include <algorithm>
#include <set>

#include "fakes/core/core_fixture.h"
#include "fakes/media/rtp_stream.h"

namespace onhook::fakes::testing {
namespace {

template <typename Test>
void for_each_seed(Test test) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    test(seed);
    if (::testing::Test::HasFatalFailure() || ::testing::Test::HasNonfatalFailure()) return;
  }
}

TEST(FakeHandle, ThePluginSeesASessionBeforeItsReferencesAreCounted) {
  CoreWorld world(1);
  EXPECT_EQ(world.plugin.config_folder, "/config");
  EXPECT_EQ(world.plugin.calls, (std::vector<std::string>{"init", "create_session"}));
  EXPECT_EQ(world.session->count, 2);
  EXPECT_EQ(world.session->gateway, world.handle);
}

TEST(FakeHandle, ARefusedSessionIsFreedAndHasNoHandle) {
  BatonEnv env(1);
  ToyPlugin plugin;
  plugin.create_error = -1;
  FakeCore core(env, plugin.ops(), {});
  core.start("");
  RecordingClient client;
  EXPECT_EQ(core.attach("alice", client), nullptr);
  EXPECT_TRUE(plugin.handles.at(0)->freed);
}

TEST(FakeHandle, ThePluginClosesThePeerConnection) {
  for_each_seed([](std::uint64_t seed) {
    CoreWorld world(seed);
    world.open_pc();
    world.plugin.core().close_pc(world.handle);
    world.env.run();
    EXPECT_EQ(world.plugin.count("hangup_media"), 1);
    EXPECT_EQ(world.client.reasons, std::vector<std::string>{"Close PC"});
    EXPECT_FALSE(world.handle->has_pc());
    EXPECT_EQ(world.env.count("alice", verb::kPcCloses, "Close PC"), 1);
    EXPECT_EQ(world.env.count("alice", verb::kDtlsAlert), 0);
  });
}

TEST(FakeHandle, ClosePcTakesUpToThreeQuartersOfASecond) {
  std::set<TimeNs> delays;
  for_each_seed([&](std::uint64_t seed) {
    CoreWorld world(seed);
    world.open_pc();
    const TimeNs asked = world.env.now();
    world.plugin.core().close_pc(world.handle);
    EXPECT_EQ(world.plugin.count("hangup_media"), 0);
    world.env.run();
    const int closed = world.env.index_of("alice", verb::kPcCloses);
    const TimeNs delay = world.env.seen().at(static_cast<std::size_t>(closed)).time - asked;
    EXPECT_LE(delay, 750 * kMillisecond);
    delays.insert(delay);
  });
  EXPECT_GT(*delays.rbegin() - *delays.begin(), 300 * kMillisecond);
}

TEST(FakeHandle, ClosePcTwiceQueuesOnce) {
  for_each_seed([](std::uint64_t seed) {
    CoreWorld world(seed);
    world.open_pc();
    for (const char* thread : {"S", "R"})
      world.env.spawn(thread, [&] { world.plugin.core().close_pc(world.handle); });
    world.env.run();
    EXPECT_EQ(world.plugin.count("hangup_media"), 1);
    EXPECT_EQ(world.client.count("webrtc_hangup"), 1);
    EXPECT_EQ(world.session->count, 2);
  });
}

TEST(FakeHandle, TwoHangupsGiveOneEventWithOneOfTheReasons) {
  std::set<std::string> reasons;
  for_each_seed([&](std::uint64_t seed) {
    CoreWorld world(seed);
    world.open_pc();
    world.env.spawn("A", [&] { world.handle->hangup("Janus API"); });
    world.handle->dtls_alert(1);
    world.env.run();
    ASSERT_EQ(world.client.reasons.size(), 1u);
    reasons.insert(world.client.reasons[0]);
    // Both may pass the check of ALERT before either has set it: then the plugin is told twice.
    EXPECT_GE(world.plugin.count("hangup_media"), 1);
    EXPECT_LE(world.plugin.count("hangup_media"), 2);
    EXPECT_EQ(world.env.count("alice", verb::kPcCloses), 1);
  });
  EXPECT_EQ(reasons, (std::set<std::string>{"DTLS alert", "Janus API"}));
}

TEST(FakeHandle, AHangupAfterAHangupChangesNothing) {
  CoreWorld world(1);
  world.open_pc();
  world.handle->hangup("Janus API");
  world.handle->dtls_alert(1);
  world.plugin.core().close_pc(world.handle);
  world.env.run();
  EXPECT_EQ(world.client.reasons, std::vector<std::string>{"Janus API"});
  EXPECT_EQ(world.plugin.count("hangup_media"), 1);
}

TEST(FakeHandle, TheFirstReasonWins) {
  for_each_seed([](std::uint64_t seed) {
    CoreWorld world(seed);
    world.open_pc();
    world.handle->hangup("Janus API");
    world.handle->hangup("Admin API");
    world.env.run();
    EXPECT_EQ(world.client.reasons, std::vector<std::string>{"Janus API"});
    EXPECT_EQ(world.plugin.count("hangup_media"), 1);
  });
}

TEST(FakeHandle, AHangupOvertakesADetachThatTheLoopHasNotBegun) {
  for_each_seed([](std::uint64_t seed) {
    CoreWorld world(seed);
    world.plugin.on_setup_media = [&](onhook_handle*) {
      world.env.sleep(Window::exactly(kSecond), "the loop is busy");
    };
    world.handle->dtls_up(world.request("offer").pc);
    world.env.run(world.env.now());
    world.env.spawn("a", [&] { world.handle->hangup("Janus API"); });
    world.env.spawn("b", [&] { world.handle->detach(); });
    world.env.run();
    EXPECT_GE(world.plugin.count("hangup_media"), 1);
    EXPECT_EQ(world.plugin.calls.back(), "destroy_session");
  });
}

TEST(FakeHandle, AnAlertOnAClosedPeerConnectionIsNotHeard) {
  CoreWorld world(1);
  world.open_pc();
  world.plugin.core().close_pc(world.handle);
  world.env.run();
  world.handle->dtls_alert(1);
  world.env.run();
  EXPECT_EQ(world.env.count("alice", verb::kDtlsAlert), 0);
}

TEST(FakeHandle, ANewHandleIgnoresClosePc) {
  CoreWorld world(1);
  world.plugin.core().close_pc(world.handle);
  world.env.run();
  EXPECT_EQ(world.plugin.count("hangup_media"), 0);
}

TEST(FakeHandle, AnOldCoreHangsUpANewHandle) {
  CoreWorld world(1, *CoreRules::of_version("1.1.2"));
  world.plugin.core().close_pc(world.handle);
  world.env.run();
  EXPECT_EQ(world.plugin.count("hangup_media"), 1);
  EXPECT_EQ(world.client.count("webrtc_hangup"), 0);
  // ALERT is set now and no PeerConnection clears it: the second call goes unheard (#3332).
  world.plugin.core().close_pc(world.handle);
  world.env.run();
  EXPECT_EQ(world.plugin.count("hangup_media"), 1);
}

TEST(FakeHandle, AVeryOldCoreStaysCleaningWithoutAPeerConnection) {
  for (const auto& [version, accepted] : {std::pair{"0.7.4", false}, std::pair{"0.7.5", true}}) {
    CoreWorld world(1, *CoreRules::of_version(version));
    world.plugin.core().close_pc(world.handle);
    world.env.run();
    const TimeNs before = world.env.now();
    const CoreReply reply = world.request("offer");
    EXPECT_EQ(reply.kind == CoreReply::Kind::ack, accepted) << version;
    EXPECT_EQ(world.env.now() - before, accepted ? 0 : 3 * kSecond) << version;
  }
}

TEST(FakeHandle, AVeryOldCoreQueuesEveryClosePc) {
  CoreWorld world(1, *CoreRules::of_version("0.7.0"));
  world.open_pc();
  world.plugin.core().close_pc(world.handle);
  world.plugin.core().close_pc(world.handle);
  EXPECT_EQ(world.session->count, 2);
  world.env.run();
  EXPECT_EQ(world.plugin.count("hangup_media"), 1);  // the second finds ALERT
}

TEST(FakeHandle, ADetachStopsAtOnceThenHangsUpThenDestroys) {
  for_each_seed([](std::uint64_t seed) {
    CoreWorld world(seed);
    world.open_pc();
    world.handle->detach();
    EXPECT_EQ(world.session->stopped, 1);
    EXPECT_LT(world.plugin.push(world.session, "hangup"), 0);
    world.env.run();
    EXPECT_EQ(world.plugin.count("hangup_media"), 1);
    EXPECT_EQ(world.plugin.calls.back(), "destroy_session");
    EXPECT_EQ(world.client.count("hangup"), 0);
    EXPECT_EQ(world.client.count("detached"), 1);
    EXPECT_EQ(world.env.count("alice", verb::kPcCloses, "Detach"), 1);
    EXPECT_EQ(world.session->count, 1);  // the plugin's own
    EXPECT_EQ(world.plugin.uses_after_free, 0);
  });
}

TEST(FakeHandle, AStoppedHandleIsSilent) {
  CoreWorld world(1);
  world.open_pc();
  world.handle->detach();
  world.env.run();
  const std::size_t events = world.client.names.size();
  const std::size_t calls = world.plugin.calls.size();
  world.plugin.core().close_pc(world.handle);
  world.plugin.core().end_session(world.handle);
  EXPECT_NE(world.plugin.push(world.session, "hangup"), 0);
  EXPECT_EQ(world.request().kind, CoreReply::Kind::error);
  world.handle->dtls_alert(1);
  world.env.run();
  EXPECT_EQ(world.client.names.size(), events);
  EXPECT_EQ(world.plugin.calls.size(), calls);
}

TEST(FakeHandle, DetachRacingClosePcDestroysLastAndFreesNothingInUse) {
  for_each_seed([](std::uint64_t seed) {
    CoreWorld world(seed);
    world.open_pc();
    world.plugin.on_destroy = [&](onhook_handle* handle) { world.plugin.drop_reference(handle); };
    world.env.spawn("S", [&] { world.plugin.core().close_pc(world.handle); });
    world.env.spawn("A", [&] {
      world.env.sleep(Window::within(0, kSecond), "");
      world.handle->detach();
    });
    world.env.run();
    EXPECT_EQ(world.plugin.calls.back(), "destroy_session");
    EXPECT_EQ(world.plugin.count("destroy_session"), 1);
    EXPECT_EQ(world.env.count("alice", verb::kPcCloses), 1);
    EXPECT_TRUE(world.session->freed);
    EXPECT_EQ(world.plugin.uses_after_free, 0);
  });
}

TEST(FakeHandle, AClosePcThatADetachOvertakesHoldsThePluginsSession) {
  for_each_seed([](std::uint64_t seed) {
    CoreWorld world(seed);
    world.open_pc();
    world.env.spawn("S", [&world] { world.handle->close_pc(); });
    world.env.spawn("A", [&world] { world.handle->detach(); });
    world.env.run();
    EXPECT_EQ(world.session->count, 1);
  });
}

TEST(FakeHandle, AQueuedClosePcKeepsThePluginsSession) {
  CoreWorld world(1);
  world.open_pc();
  world.plugin.on_destroy = [&](onhook_handle* handle) { world.plugin.drop_reference(handle); };
  world.plugin.core().close_pc(world.handle);
  world.handle->detach();
  world.env.run(world.env.now());
  EXPECT_EQ(world.plugin.count("destroy_session"), 1);
  const bool freed_early = world.session->freed;
  world.env.run();
  EXPECT_FALSE(freed_early);
  EXPECT_TRUE(world.session->freed);
}

TEST(FakeHandle, EndSessionDetachesFromTheWatchdog) {
  for_each_seed([](std::uint64_t seed) {
    CoreWorld world(seed);
    world.open_pc();
    world.plugin.core().end_session(world.handle);
    world.plugin.core().end_session(world.handle);
    EXPECT_EQ(world.plugin.count("destroy_session"), 0);
    world.env.run();
    EXPECT_EQ(world.plugin.count("destroy_session"), 1);
    EXPECT_EQ(world.session->count, 1);
  });
}

TEST(FakeHandle, MediaReachesThePluginOnlyWhileTheSessionLives) {
  CoreWorld world(1);
  world.handle->incoming(PacketKind::rtp, Medium::audio, {1, 2});
  world.env.run();
  EXPECT_EQ(world.plugin.count("incoming_rtp"), 0);
  world.open_pc();
  world.handle->incoming(PacketKind::rtp, Medium::audio, {1, 2});
  world.handle->incoming(PacketKind::rtcp, Medium::audio, {3});
  world.plugin.core().relay_rtp(world.handle, 0, "x", 1);
  world.env.run();
  EXPECT_EQ(world.plugin.count("incoming_rtp"), 1);
  EXPECT_EQ(world.plugin.count("incoming_rtcp"), 1);
  EXPECT_EQ(world.handle->media().rtp_packets, 1u);
  world.handle->detach();
  world.env.run();
  world.handle->incoming(PacketKind::rtp, Medium::audio, {1, 2});
  world.env.run();
  EXPECT_EQ(world.plugin.count("incoming_rtp"), 1);
}

TEST(FakeHandle, DropsWhatSrtpWouldRefuse) {
  CoreWorld world(1);
  world.open_pc();
  RtpStream stream(7);
  const auto relay = [&world](const Bytes& packet) {
    world.plugin.core().relay_rtp(world.handle, 0, reinterpret_cast<const char*>(packet.data()),
                                  static_cast<int>(packet.size()));
  };
  relay(stream.next_rtp());
  stream.skip(36000);
  relay(stream.next_rtp());
  EXPECT_EQ(world.env.count("alice", "hears", "rtp"), 1);
  EXPECT_EQ(world.env.count("alice", "drops", "rtp"), 1);
  EXPECT_EQ(world.handle->media().rtp_packets, 1u);
}

TEST(FakeHandle, SetupMediaAndHangupMediaNeverOverlap) {
  for_each_seed([](std::uint64_t seed) {
    CoreWorld world(seed);
    int inside = 0;
    const auto busy = [&](onhook_handle*) {
      EXPECT_EQ(inside++, 0);
      world.env.sleep(Window::within(0, kSecond), "plugin at work");
      --inside;
    };
    world.plugin.on_setup_media = busy;
    world.plugin.on_hangup_media = busy;
    world.plugin.on_destroy = busy;
    const int pc = world.request("offer").pc;
    world.env.spawn("a", [&] { world.handle->dtls_up(pc); });
    world.env.spawn("b", [&] { world.handle->hangup("Janus API"); });
    world.env.spawn("c", [&] { world.handle->detach(); });
    world.env.run();
    EXPECT_EQ(world.plugin.count("destroy_session"), 1);
  });
}

TEST(FakeCore, WebSocketClientsLoseTheirHandlesBeforeThePluginIsDestroyedOrWhileItIs) {
  for_each_seed([](std::uint64_t seed) {
    CoreWorld world(seed);
    world.open_pc();
    world.core.shut_down("janus", ClientTransport::websockets);
    world.env.run();
    EXPECT_EQ(world.plugin.count("destroy"), 1);
    EXPECT_EQ(world.plugin.count("destroy_session"), 1);
    EXPECT_EQ(world.client.count("detached"), 0) << "its transport is closed";
    EXPECT_EQ(world.env.count("janus", verb::kDestroys, "plugin"), 1);
    EXPECT_FALSE(world.handle->has_session());
  });
}

TEST(FakeCore, HttpClientsKeepTheirHandlesWhenItShutsDown) {
  for_each_seed([](std::uint64_t seed) {
    CoreWorld world(seed);
    world.core.shut_down("janus", ClientTransport::http);
    world.env.run();
    EXPECT_EQ(world.plugin.count("destroy"), 1);
    EXPECT_EQ(world.plugin.count("destroy_session"), 0);
    EXPECT_EQ(world.session->stopped, 0);
  });
}

TEST(FakeCore, WhatThePluginAsksAfterTheWatchdogHasEndedIsNeverDone) {
  for_each_seed([](std::uint64_t seed) {
    CoreWorld world(seed);
    world.open_pc();
    world.core.shut_down("janus", ClientTransport::http);
    world.env.run();
    world.plugin.core().close_pc(world.handle);
    world.env.run();
    EXPECT_EQ(world.plugin.count("hangup_media"), 0);
    EXPECT_TRUE(world.handle->has_pc());
  });
}

TEST(FakeCore, MediaThatComesWhileItShutsDownIsDropped) {
  CoreWorld world(1);
  world.open_pc();
  int heard = 0;
  world.plugin.on_media = [&heard](onhook_handle*, bool, const std::string&) { ++heard; };
  world.handle->incoming(PacketKind::rtp, Medium::audio, Bytes(20));
  world.env.run();
  EXPECT_EQ(heard, 1);
  world.core.shut_down("janus", ClientTransport::http);
  world.handle->incoming(PacketKind::rtp, Medium::audio, Bytes(20));
  world.env.run();
  EXPECT_EQ(heard, 1);
}

}  // namespace
}  // namespace onhook::fakes::testing
