// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/stale.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/strategy/random.h"
#include "harness/strategy/testing.h"

namespace onhook {
namespace {

using namespace testing;

// One thread looks, and acts on it ten times; between the last look and the last act the other has
// to do all of its ten steps.
std::vector<Script> check_then_act() {
  Script acting;
  for (int i = 0; i < 10; ++i) {
    acting.push_back(load('?', 1));
    acting.push_back(store('!', 2));
  }
  return {acting, Script(10, store('x', 1))};
}

// All of the other's steps between a look and the act that follows.
bool acts_on_what_is_old(const std::string& order) {
  return order.find("?xxxxxxxxxx!") != std::string::npos;
}

std::ptrdiff_t hits(Strategy& strategy, int executions) {
  return std::ranges::count_if(run_often(strategy, check_then_act(), executions),
                               acts_on_what_is_old);
}

TEST(Stale, repeats_itself_from_the_same_seed_alone) {
  StaleStrategy once(7);
  StaleStrategy again(7);
  StaleStrategy other(8);
  const auto orders = run_often(once, check_then_act(), 50);
  EXPECT_EQ(run_often(again, check_then_act(), 50), orders);
  EXPECT_NE(run_often(other, check_then_act(), 50), orders);
}

TEST(Stale, interrupts_where_a_thread_acts_on_what_it_has_read) {
  StaleStrategy stale(1);
  RandomStrategy random(1);
  EXPECT_GT(hits(stale, 500), 100);
  EXPECT_LT(hits(random, 500), 10);
}

TEST(Stale, has_nothing_to_do_where_nobody_reads_what_others_write) {
  StaleStrategy stale(1);
  const std::vector<Script> apart = {{load('a', 1), store('b', 1)}, {load('c', 2), store('d', 2)}};
  for (std::uint64_t i = 0; i < StaleStrategy::kTrials; ++i) {
    EXPECT_NE(run_scripts(stale, apart), "");
  }
  EXPECT_EQ(stale.next(), nullptr);
  EXPECT_FALSE(stale.complete());
}

TEST(Stale, keeps_every_order_possible) {
  // The last two keep the strategy going; the first never acts on anything that it has read.
  StaleStrategy stale(1);
  const std::vector<Script> scripts = {{store('a', 1), store('c', 1)},
                                       {store('b', 1)},
                                       {load('r', 3), store('s', 2)},
                                       {store('w', 3)}};
  const auto orders = run_often(stale, scripts, 3'000);
  EXPECT_TRUE(std::ranges::any_of(orders, [](const std::string& order) {
    return order.find('a') < order.find('b') && order.find('b') < order.find('c');
  }));
}

}  // namespace
}  // namespace onhook
