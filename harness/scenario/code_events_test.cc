// SPDX-License-Identifier: GPL-3.0-or-later
// Events of the code itself, and threads told apart by number, as the language has them.
#include <gtest/gtest.h>

#include "harness/scenario/scenario_fixture.h"

namespace onhook {
namespace {

EventPattern event(const std::string& what) {
  return testing_support::compiled_call("event it " + what + "\nnever dtls_alert(alice)\n")
      .events.at(0);
}

std::string refusal_of(const std::string& lines) {
  const CompileResult result = compile_scenario(
      std::string(testing_support::kCall) + "never dtls_alert(alice)\n" + lines, "test.scn");
  EXPECT_FALSE(result.scenario) << lines;
  return result.diagnostics.empty() ? "" : result.diagnostics.front().message;
}

TEST(CodeEventsTest, AThreadEntersAndLeavesFunctions) {
  EXPECT_EQ(event("relay enters janus_sip_media_cleanup").text,
            "relay enters janus_sip_media_cleanup");
  EXPECT_EQ(event("relay leaves janus_sip_media_cleanup").attributes,
            std::vector<std::string>{"janus_sip_media_cleanup"});
}

TEST(CodeEventsTest, AFieldInsideAnotherIsOneWord) {
  const EventPattern it = event("sofia reads media.has_audio");
  EXPECT_EQ(it.attributes, std::vector<std::string>{"media.has_audio"});
  EXPECT_TRUE(
      matches(it, {"sip alice", "janus_sip_sofia_thread", 1}, "", "reads", "media.has_audio"));
  EXPECT_FALSE(
      matches(it, {"sip alice", "janus_sip_sofia_thread", 1}, "", "reads", "media.has_video"));
}

TEST(CodeEventsTest, LocksAreNamedLikeOtherMemory) {
  EXPECT_EQ(event("sofia locks sessions_mutex").verb, "locks");
  EXPECT_EQ(event("sofia unlocks media.mutex").verb, "unlocks");
  EXPECT_EQ(event("relay writes status").verb, "writes");
}

TEST(CodeEventsTest, OnlyThreadsDoThem) {
  EXPECT_EQ(refusal_of("event it alice enters f\n"),
            "'enters' is done by a thread, but 'alice' is a browser");
}

TEST(CodeEventsTest, ANameIsACName) {
  EXPECT_EQ(refusal_of("event it relay enters media.f\n"),
            "'media.f' is not the name of a function");
  EXPECT_EQ(refusal_of("event it relay reads 5\n"),
            "'5' is not a field of the session or a global variable");
  EXPECT_EQ(refusal_of("event it relay reads a.\n"),
            "'a.' is not a field of the session or a global variable");
  EXPECT_EQ(refusal_of("event it relay enters\n"), "'enters' needs the name of a function");
}

TEST(CodeEventsTest, AThreadCanBeOneOfSeveralByNumber) {
  const CompiledScenario s = testing_support::compiled_call(
      "thread second janus_sip_relay_thread number 2\n"
      "event it second exits\n"
      "never dtls_alert(alice)\n");
  const EventPattern& it = s.events.at(0);
  EXPECT_TRUE(matches(it, {"siprtp bob", "janus_sip_relay_thread", 2}, "", "exits", ""));
  EXPECT_FALSE(matches(it, {"siprtp alice", "janus_sip_relay_thread", 1}, "", "exits", ""));
  EXPECT_FALSE(matches(it, {"sip alice", "janus_sip_sofia_thread", 2}, "", "exits", ""));
}

TEST(CodeEventsTest, ANumberBeginsAtOne) {
  EXPECT_EQ(refusal_of("thread none janus_sip_relay_thread number 0\nevent it none exits\n"),
            "threads are numbered from 1");
  EXPECT_EQ(refusal_of("thread none janus_sip_relay_thread number\nevent it none exits\n"),
            "expected a number: 1 is the first of them, but the line ends");
}

}  // namespace
}  // namespace onhook
