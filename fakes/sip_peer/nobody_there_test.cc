// SPDX-License-Identifier: GPL-3.0-or-later
// Requests to somebody who has left the network, or leaves before the answer: they time out.
#include <gtest/gtest.h>

#include "fakes/sip_peer/toy_app.h"

namespace onhook::fakes::testing {
namespace {

constexpr const char* kAlice = "sip:alice@127.0.0.1";

class NobodyThere : public ::testing::TestWithParam<int> {
 protected:
  std::uint64_t seed() const { return static_cast<std::uint64_t>(GetParam()); }
  static std::string gets(ToyWorld& world, const char* what) {
    return std::to_string(world.env->count("bob", "gets", what));
  }
};
INSTANTIATE_TEST_SUITE_P(Orders, NobodyThere, ::testing::Range(1, 5));

TEST_P(NobodyThere, ACallTimesOut) {
  ToyWorld world(seed());
  world.shut_down();
  world.bob->call(kAlice);
  world.run(31 * kSecond);
  EXPECT_EQ(world.bob->call_state(), SipPeer::CallState::calling);
  EXPECT_EQ(gets(world, "408 INVITE"), "0");
  world.run(2 * kSecond);
  EXPECT_EQ(gets(world, "408 INVITE"), "1");
  EXPECT_EQ(world.bob->open_calls(), 0u);
}

TEST_P(NobodyThere, ACallThatIsGivenUpTimesOutOnce) {
  ToyWorld world(seed());
  world.shut_down();
  world.bob->call(kAlice);
  world.bob_sends("CANCEL", 2 * kSecond);
  world.run(40 * kSecond);
  EXPECT_EQ(gets(world, "408 INVITE"), "1");
  EXPECT_EQ(world.bob->open_calls(), 0u);
  world.run(100 * kSecond);
  EXPECT_EQ(gets(world, "408 INVITE"), "1");
}

TEST_P(NobodyThere, RequestsOutsideOfACallTimeOut) {
  for (const char* method : {"MESSAGE", "OPTIONS"}) {
    ToyWorld world(seed());
    world.shut_down();
    world.bob_sends(method, 0, {{"to", kAlice}});
    world.run(33 * kSecond);
    EXPECT_EQ(gets(world, (std::string("408 ") + method).c_str()), "1");
    EXPECT_EQ(world.bob->open_calls(), 0u);
  }
}

TEST_P(NobodyThere, WhatWasUnderWayWhenTheyLeftTimesOut) {
  ToyWorld world(seed());
  world.nua->network().set_latency({0x7f000001, 5080}, Window::exactly(5 * kSecond));
  world.bob->call(kAlice);
  nua_shutdown(world.alice->nua);
  world.run(4 * kSecond);
  EXPECT_TRUE(world.alice->ended);
  world.run(40 * kSecond);
  EXPECT_EQ(world.alice->events, (std::vector<std::string>{"r_shutdown 200"}));
  EXPECT_EQ(gets(world, "408 INVITE"), "1");
  EXPECT_EQ(world.bob->open_calls(), 0u);
}

TEST_P(NobodyThere, AnAnswerOnItsWayIsStillHeard) {
  ToyWorld world(seed());
  world.nua->network().set_latency({0x7f000001, 5070}, Window::exactly(5 * kSecond));
  world.bob->call(kAlice);
  world.run();
  nua_respond(world.alice->incoming, SIP_486_BUSY_HERE, TAG_END());
  nua_shutdown(world.alice->nua);
  world.run(100 * kSecond);
  EXPECT_TRUE(world.alice->ended);
  EXPECT_EQ(gets(world, "486 INVITE"), "1");
  EXPECT_EQ(gets(world, "408 INVITE"), "0");
  EXPECT_EQ(world.bob->open_calls(), 0u);
}

TEST_P(NobodyThere, TheTimeoutCanBeReactedTo) {
  Reaction again{"bob", "408 INVITE", {}, "sends", "MESSAGE", {{"to", kAlice}}};
  ToyWorld world(seed(), false, {again});
  world.shut_down();
  world.bob->call(kAlice);
  world.run(70 * kSecond);
  EXPECT_EQ(gets(world, "408 MESSAGE"), "1");
}

TEST_P(NobodyThere, WhoNeverWasThereIsNotModelled) {
  ToyWorld world(seed());
  EXPECT_THROW(world.bob->call("sip:nobody@127.0.0.1"), Unmodelled);
}

}  // namespace
}  // namespace onhook::fakes::testing
