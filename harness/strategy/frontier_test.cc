// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/frontier.h"

#include <gtest/gtest.h>

#include "harness/strategy/pos.h"
#include "harness/strategy/random.h"
#include "harness/strategy/testing.h"

namespace onhook {
namespace {

using namespace testing;

void perform(Scheduler& scheduler, OpKind kind, std::uint32_t& memory) {
  Operation op;
  op.kind = kind;
  op.access = kind == OpKind::atomic_load ? Access::read : Access::write;
  op.size = sizeof memory;
  op.object = reinterpret_cast<ObjectId>(&memory);
  scheduler.perform(op);
}

/// A lock with a combination: three threads turn it by one, but a thread out of turn sets it back.
/// Returns how far it got.
std::uint32_t pick_lock(Strategy& strategy) {
  static std::uint32_t place;
  place = 0;
  std::uint32_t furthest = 0;
  BareWorld world(1);
  world.scheduler.set_chooser(*strategy.next());
  world.scheduler.spawn("main", "", [&] {
    for (std::uint32_t me = 0; me < 3; ++me) {
      world.scheduler.spawn("thread", "", [&, me] {
        for (int i = 0; i < 8; ++i) {
          perform(world.scheduler, OpKind::atomic_rmw, place);
          place = place % 3 == me ? place + 1 : 0;
          furthest = std::max(furthest, place);
        }
      });
    }
  });
  world.scheduler.run();
  strategy.finished({});
  return furthest;
}

std::uint32_t furthest(Strategy& strategy, int executions) {
  std::uint32_t furthest = 0;
  for (int i = 0; i < executions; ++i) furthest = std::max(furthest, pick_lock(strategy));
  return furthest;
}

TEST(Frontier, goes_on_from_where_few_have_been) {
  FrontierStrategy frontier(1);
  RandomStrategy random(1);
  PosStrategy pos(1);
  EXPECT_GT(furthest(frontier, 1'000), 16u);
  EXPECT_LT(furthest(random, 1'000), 12u);
  EXPECT_LT(furthest(pos, 1'000), 12u);
}

TEST(Frontier, repeats_itself_from_the_same_seed_alone) {
  const std::vector<Script> scripts = {
      Script(5, store('a', 1)), Script(5, store('b', 1)), {load('r', 1), store('s', 2)}};
  FrontierStrategy once(7);
  FrontierStrategy again(7);
  FrontierStrategy other(8);
  const auto orders = run_often(once, scripts, 50);
  EXPECT_EQ(run_often(again, scripts, 50), orders);
  EXPECT_NE(run_often(other, scripts, 50), orders);
}

TEST(Frontier, keeps_every_order_possible) {
  FrontierStrategy frontier(1);
  const std::vector<Script> scripts = {Script(3, store('a', 1)), Script(3, store('b', 1))};
  EXPECT_EQ(distinct(run_often(frontier, scripts, 300)).size(), 20u) << "six over three";
}

}  // namespace
}  // namespace onhook
