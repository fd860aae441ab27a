// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/pct.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/strategy/testing.h"

namespace onhook {
namespace {

using namespace testing;

const std::vector<Script> kTwoThreads = {{store('a', 1), store('c', 1)}, {store('b', 1)}};

TEST(Pct, repeats_itself_from_the_same_seed_alone) {
  PctStrategy once(7, 3);
  PctStrategy again(7, 3);
  PctStrategy other(8, 3);
  const auto orders = run_often(once, kTwoThreads, 50);
  EXPECT_EQ(run_often(again, kTwoThreads, 50), orders);
  EXPECT_NE(run_often(other, kTwoThreads, 50), orders);
}

TEST(Pct, of_depth_1_never_interrupts_a_thread) {
  PctStrategy pct(1, 1);
  EXPECT_EQ(distinct(run_often(pct, kTwoThreads, 100)), (std::set<std::string>{"acb", "bac"}));
}

TEST(Pct, finds_a_bug_of_its_depth_as_often_as_its_bound_says) {
  constexpr int kExecutions = 4'000;
  PctStrategy pct(1, 2);
  const auto orders = run_often(pct, kTwoThreads, kExecutions);
  // main and two threads; a start, an exit and three stores: fewer choices than nine.
  const double bound = 1.0 / (3 * 9);
  EXPECT_GE(static_cast<double>(std::ranges::count(orders, "abc")), bound * kExecutions);
}

TEST(Pct, says_what_its_bound_is) {
  PctStrategy pct(1, 2);
  run_often(pct, kTwoThreads, 20);
  pct.next();
  EXPECT_NE(pct.bound().find("depth 2"), std::string::npos) << pct.bound();
  EXPECT_NE(pct.bound().find("3 threads"), std::string::npos) << pct.bound();
}

TEST(Pct, gets_a_thread_out_of_a_loop_that_waits_for_another) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    PctStrategy pct(seed, 1);
    BareWorld world(1);
    world.scheduler.set_chooser(*pct.next());
    bool is_set = false;
    world.scheduler.spawn("waits", "", [&] {
      while (!is_set) act(world.scheduler, load('r', 1));
    });
    world.scheduler.spawn("sets", "", [&] {
      act(world.scheduler, store('w', 1));
      is_set = true;
    });
    EXPECT_EQ(world.scheduler.run(), End::quiescent);
  }
}

}  // namespace
}  // namespace onhook
