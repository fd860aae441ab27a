// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/pos.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/strategy/random.h"
#include "harness/strategy/testing.h"

namespace onhook {
namespace {

using namespace testing;

// One thread has ten steps of its own to do before the two threads meet.
std::vector<Script> late_and_early() {
  Script late;
  for (int i = 0; i < 10; ++i) late.push_back(store('.', 2));
  late.push_back(store('a', 1));
  return {late, {store('b', 1)}};
}

std::ptrdiff_t late_comes_first(Strategy& strategy, int executions) {
  return std::ranges::count_if(
      run_often(strategy, late_and_early(), executions),
      [](const std::string& order) { return order.find('a') < order.find('b'); });
}

TEST(Pos, repeats_itself_from_the_same_seed_alone) {
  PosStrategy once(7);
  PosStrategy again(7);
  PosStrategy other(8);
  const auto orders = run_often(once, late_and_early(), 50);
  EXPECT_EQ(run_often(again, late_and_early(), 50), orders);
  EXPECT_NE(run_often(other, late_and_early(), 50), orders);
}

TEST(Pos, reverses_a_conflict_that_a_random_walk_hardly_reverses) {
  constexpr int kExecutions = 2'000;
  PosStrategy pos(1);
  RandomStrategy random(1);
  EXPECT_GT(late_comes_first(pos, kExecutions), 40);
  EXPECT_LT(late_comes_first(random, kExecutions), 20);
}

TEST(Pos, draws_anew_for_what_conflicts_with_a_step_and_keeps_the_rest) {
  Thread writer;
  Thread reader;
  Thread elsewhere;
  writer.id = 0;
  reader.id = 1;
  elsewhere.id = 2;
  writer.pending.object = reader.pending.object = 1;
  elsewhere.pending.object = 2;
  writer.pending.access = elsewhere.pending.access = Access::write;
  reader.pending.access = Access::read;
  const Candidate all[] = {
      {0, Wake::ready, &writer}, {1, Wake::ready, &reader}, {2, Wake::ready, &elsewhere}};
  Prng prng(1);
  PosPriorities priorities;
  const std::uint64_t of_reader = priorities.of(1, prng);
  const std::uint64_t of_elsewhere = priorities.of(2, prng);
  priorities.on_step({0, 0, 0, all}, all[0]);
  EXPECT_NE(priorities.of(1, prng), of_reader);
  EXPECT_EQ(priorities.of(2, prng), of_elsewhere);
}

TEST(Conflict, needs_a_common_object_and_a_change) {
  Operation read;
  read.object = 1;
  read.access = Access::read;
  Operation write = read;
  write.access = Access::write;
  Operation elsewhere = write;
  elsewhere.object = 2;
  const ObjectId waits_for[] = {3, 1};
  Operation poll;
  poll.object = 4;
  poll.access = Access::read;
  poll.more = waits_for;
  EXPECT_TRUE(conflict(read, write));
  EXPECT_TRUE(conflict(poll, write));
  EXPECT_FALSE(conflict(read, read));
  EXPECT_FALSE(conflict(write, elsewhere));
}

}  // namespace
}  // namespace onhook
