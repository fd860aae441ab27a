// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/testing/baton_env.h"

#include <gtest/gtest.h>

#include <set>

namespace onhook::fakes::testing {
namespace {

std::string two_threads(std::uint64_t seed) {
  BatonEnv env(seed);
  for (const char* name : {"a", "b"})
    env.spawn(name, [&env, name] {
      env.step({name, "says", "one"});
      env.step({name, "says", "two"});
    });
  env.run();
  return env.text();
}

TEST(BatonEnv, OneSeedGivesOneOrder) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) EXPECT_EQ(two_threads(seed), two_threads(seed));
}

TEST(BatonEnv, ManySeedsGiveEveryOrderOfTwoTimesTwoSteps) {
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 300; ++seed) orders.insert(two_threads(seed));
  EXPECT_EQ(orders.size(), 6u);
}

TEST(BatonEnv, AFlagReadAndWrittenInTwoStepsLosesUpdates) {
  std::set<int> results;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    BatonEnv env(seed);
    auto flag = env.make_flag("counter", 0);
    for (const char* name : {"a", "b"}) env.spawn(name, [&flag] { flag->store(flag->load() + 1); });
    env.run();
    results.insert(flag->load());
  }
  EXPECT_EQ(results, (std::set<int>{1, 2}));
}

TEST(BatonEnv, AMailboxKeepsTheOrderAndWakesItsTaker) {
  BatonEnv env(1);
  auto box = env.make_mailbox("box");
  std::string got;
  env.spawn("taker", [&] {
    while (auto job = box->take()) (*job)();
  });
  for (const char letter : {'a', 'b', 'c'}) box->post([&got, letter] { got += letter; });
  env.run();
  EXPECT_EQ(got, "abc");
  EXPECT_EQ(env.live_threads(), 1);
}

TEST(BatonEnv, ATimeoutIsAnExactLatency) {
  BatonEnv env(1);
  auto box = env.make_mailbox("box");
  EXPECT_FALSE(box->take(3 * kSecond).has_value());
  EXPECT_EQ(env.now(), 3 * kSecond);
}

TEST(BatonEnv, AWindowIsKeptAndVaries) {
  std::set<TimeNs> times;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    BatonEnv env(seed);
    env.after(Window::within(kSecond, 2 * kSecond), {"a", "acts", ""}, [&] {
      EXPECT_GE(env.now(), kSecond);
      EXPECT_LE(env.now(), 2 * kSecond);
      times.insert(env.now());
    });
    env.run();
  }
  EXPECT_GT(times.size(), 10u);
}

TEST(BatonEnv, RunStopsAtItsHorizon) {
  BatonEnv env(1);
  env.after(Window::exactly(10 * kSecond), {"a", "acts", ""}, [] {});
  env.run(4 * kSecond);
  EXPECT_EQ(env.count("a", "acts"), 0);
  EXPECT_EQ(env.now(), 4 * kSecond);
  env.run();
  EXPECT_EQ(env.count("a", "acts"), 1);
}

TEST(BatonEnv, WhatIsNotModelledEndsTheRun) {
  BatonEnv env(1);
  env.spawn("a", [&] { env.unmodelled("nua_foo"); });
  EXPECT_THROW(env.run(), Unmodelled);
}

TEST(BatonEnv, WaitingForEverIsNamed) {
  BatonEnv env(1);
  auto box = env.make_mailbox("box");
  EXPECT_THROW(box->take(), std::logic_error);
}

TEST(BatonEnv, ADatagramReachesItsHandlerAndTheRecord) {
  BatonEnv env(1);
  Bytes got;
  env.on_datagram({1, 5004}, [&](Address from, const Bytes& bytes) {
    EXPECT_EQ(from.port, 4000);
    got = bytes;
  });
  env.send_datagram({1, 4000}, {1, 5004}, {1, 2, 3});
  EXPECT_EQ(got, (Bytes{1, 2, 3}));
  EXPECT_EQ(env.datagrams().size(), 1u);
}

}  // namespace
}  // namespace onhook::fakes::testing
