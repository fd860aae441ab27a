// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/main_loop.h"

#include <gtest/gtest.h>

#include <memory>

#include "e2e/failure.h"

namespace onhook::e2e {
namespace {

constexpr TimeNs kMillisecond = 1'000'000;

std::string failure_of(const std::function<void()>& job) {
  try {
    job();
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "";
}

TEST(MainLoopTest, WhatDoesNotComeIsNamed) {
  EXPECT_EQ(failure_of([] { wait_until([] { return false; }, 50 * kMillisecond, "rain"); }),
            "rain: not within 0.1 s");
  EXPECT_EQ(failure_of([] { wait_until([] { return true; }, 0, "rain"); }), "");
}

TEST(MainLoopTest, AFailureOfACallbackReachesWhoWaits) {
  Timers timers;
  timers.after(0, [] { throw Failure("{} broke", "it"); });
  EXPECT_EQ(failure_of([] { wait_until([] { return false; }, 5000 * kMillisecond, "rain"); }),
            "it broke");
  EXPECT_EQ(failure_of([] { pass(kMillisecond); }), "");
}

TEST(MainLoopTest, JobsOfTimersThatAreGoneAreDropped) {
  auto kept = std::make_shared<int>(0);
  bool other = false;
  Timers stays;
  {
    Timers goes;
    goes.after(0, [kept] { ++*kept; });
    stays.after(0, [&] { other = true; });
  }
  wait_until([&] { return other; }, 5000 * kMillisecond, "the other job");
  EXPECT_EQ(*kept, 0);
  EXPECT_EQ(kept.use_count(), 1);
}

TEST(MainLoopTest, AJobMayAskForAnother) {
  Timers timers;
  int left = 3;
  std::function<void()> again = [&] {
    if (--left > 0) timers.after(0, again);
  };
  timers.after(0, again);
  wait_until([&] { return left == 0; }, 5000 * kMillisecond, "the last job");
}

}  // namespace
}  // namespace onhook::e2e
