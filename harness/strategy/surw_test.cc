// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/surw.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "harness/strategy/random.h"
#include "harness/strategy/testing.h"

namespace onhook {
namespace {

using namespace testing;

// Where the one step of a thread falls among the six of the other.
std::array<double, 7> places(Strategy& strategy, int executions) {
  const std::vector<Script> scripts = {Script(6, store('a', 1)), {store('b', 1)}};
  run_often(strategy, scripts, 10);  // to learn from
  std::array<double, 7> share{};
  for (const std::string& order : run_often(strategy, scripts, executions)) {
    share.at(order.find('b')) += 1.0 / executions;
  }
  return share;
}

TEST(Surw, repeats_itself_from_the_same_seed_alone) {
  SurwStrategy once(7);
  SurwStrategy again(7);
  SurwStrategy other(8);
  const std::vector<Script> scripts = {Script(6, store('a', 1)), {store('b', 1)}};
  const auto orders = run_often(once, scripts, 50);
  EXPECT_EQ(run_often(again, scripts, 50), orders);
  EXPECT_NE(run_often(other, scripts, 50), orders);
}

TEST(Surw, takes_every_order_about_equally_often) {
  SurwStrategy surw(1);
  for (const double share : places(surw, 4'000)) EXPECT_NEAR(share, 1.0 / 7, 0.07);
}

TEST(Surw, differs_in_that_from_a_random_walk) {
  RandomStrategy random(1);
  const auto share = places(random, 4'000);
  EXPECT_GT(share.front(), 0.3);
  EXPECT_LT(share.back(), 0.05);
}

// A thread that makes another one late has the other's steps before it, too.
TEST(Surw, counts_a_childs_steps_for_the_thread_that_makes_it) {
  SurwStrategy surw(1);
  int child_first = 0;
  constexpr int kExecutions = 2'000;
  for (int i = 0; i < kExecutions; ++i) {
    BareWorld world(1);
    world.scheduler.set_chooser(*surw.next());
    std::string done;
    world.scheduler.spawn("main", "", [&] {
      world.scheduler.spawn("alone", "", [&] {
        act(world.scheduler, store('a', 1));
        done += 'a';
      });
      act(world.scheduler, store('m', 2));
      world.scheduler.spawn("child", "", [&] {
        for (int k = 0; k < 8; ++k) act(world.scheduler, store('c', 1));
        done += 'c';
      });
    });
    world.scheduler.run();
    surw.finished({});
    child_first += done == "ca" ? 1 : 0;
  }
  // Uniform: about one order in eight. A walk that gives both threads the same weight: far fewer.
  EXPECT_GT(child_first, kExecutions / 20);
}

}  // namespace
}  // namespace onhook
