// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "harness/scenario/scenario_fixture.h"

namespace onhook {
namespace {

const Lane kRelay = {"siprtp alice", "janus_sip_relay_thread"};
const Lane kSofia = {"sip alice", "janus_sip_sofia_thread"};
const Lane kClient = {"alice", ""};

EventPattern event(const std::string& what) {
  return testing_support::compiled_call("event it " + what + "\nnever dtls_alert(alice)\n")
      .events.at(0);
}

TEST(MatchesTest, AnActorIsKnownByItsName) {
  const EventPattern it = event("alice requests hangup");
  EXPECT_TRUE(matches(it, kClient, "alice", "requests", "hangup"));
  EXPECT_TRUE(matches(it, kSofia, "alice", "requests", "hangup"));
  EXPECT_FALSE(matches(it, kClient, "carol", "requests", "hangup"));
  EXPECT_FALSE(matches(it, kClient, "", "requests", "hangup"));
}

TEST(MatchesTest, AThreadIsKnownByItsEntryFunction) {
  const EventPattern it = event("relay exits");
  EXPECT_TRUE(matches(it, kRelay, "", "exits", ""));
  EXPECT_FALSE(matches(it, kSofia, "", "exits", ""));
  EXPECT_FALSE(matches(it, kRelay, "", "starts", ""));
}

TEST(MatchesTest, WhatAThreadDoesForAnActorIsTheThreadsToo) {
  EXPECT_TRUE(matches(event("sofia close_pc"), kSofia, "alice", "close_pc", ""));
}

TEST(MatchesTest, EveryAttributeMustBeThereAndWhole) {
  const EventPattern it = event("sofia delivers nua_i_state, callstate terminated");
  EXPECT_TRUE(matches(it, kSofia, "", "delivers", "nua_i_state, callstate terminated"));
  EXPECT_TRUE(matches(it, kSofia, "", "delivers", "nua_i_state, status 200, callstate terminated"));
  EXPECT_FALSE(matches(it, kSofia, "", "delivers", "nua_i_state, callstate terminating"));
  EXPECT_FALSE(matches(it, kSofia, "", "delivers", "nua_i_state"));
  EXPECT_FALSE(matches(it, kSofia, "", "delivers", ""));
  EXPECT_FALSE(matches(it, kSofia, "", "delivers", "callstate terminated"));
}

TEST(MatchesTest, AReasonWithACommaStillMatches) {
  EXPECT_TRUE(matches(event("alice pc_closes \"ICE failed, after all\""), kClient, "alice",
                      "pc_closes", "ICE failed, after all"));
}

TEST(MatchesTest, AThreadOfAnAccountIsKnownByItsLane) {
  const CompiledScenario s = testing_support::compiled_call(
      "thread hers janus_sip_relay_thread of alice\n"
      "event it hers exits\n"
      "never dtls_alert(alice)\n");
  const EventPattern& it = s.events.at(0);
  EXPECT_TRUE(matches(it, kRelay, "", "exits", ""));
  EXPECT_FALSE(matches(it, {"siprtp carol", "janus_sip_relay_thread"}, "", "exits", ""));
  EXPECT_FALSE(matches(it, {"siprtp malice", "janus_sip_relay_thread"}, "", "exits", ""));
}

}  // namespace
}  // namespace onhook
