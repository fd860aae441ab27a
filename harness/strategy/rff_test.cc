// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/rff.h"

#include <gtest/gtest.h>

#include "harness/strategy/random.h"
#include "harness/strategy/testing.h"

namespace onhook {
namespace {

using namespace testing;

// Many threads write; one reads, after much else.
std::vector<Script> late_reader() {
  std::vector<Script> scripts(30, Script{store('w', 1)});
  Script reader(20, load('.', 2));
  reader.push_back(load('r', 1));
  scripts.push_back(reader);
  return scripts;
}

/// The number of the first execution whose order fits, 0 if none does.
template <typename Fits>
int first(Strategy& strategy, const std::vector<Script>& scripts, int executions, Fits fits) {
  for (int i = 1; i <= executions; ++i) {
    if (fits(run_scripts(strategy, scripts))) return i;
  }
  return 0;
}

bool reads_before_all_writes(const std::string& order) { return order.find('r') < order.find('w'); }

TEST(Rff, repeats_itself_from_the_same_seed_alone) {
  RffStrategy once(7);
  RffStrategy again(7);
  RffStrategy other(8);
  const auto orders = run_often(once, late_reader(), 50);
  EXPECT_EQ(run_often(again, late_reader(), 50), orders);
  EXPECT_NE(run_often(other, late_reader(), 50), orders);
}

TEST(Rff, soon_shows_a_read_the_write_that_it_has_not_seen) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    RffStrategy rff(seed);
    const int found = first(rff, late_reader(), 5, reads_before_all_writes);
    EXPECT_GT(found, 0) << "seed " << seed;
  }
  RandomStrategy random(1);
  EXPECT_EQ(first(random, late_reader(), 500, reads_before_all_writes), 0);
}

// Two reads, in one thread, of two variables that another sets one after the other: the bad order
// takes two constraints, so mutants of what was kept have to find it.
TEST(Rff, combines_two_constraints) {
  Script writer(30, store('.', 3));
  writer.push_back(store('x', 1));
  Script reader = {load('r', 1)};
  for (int i = 0; i < 30; ++i) reader.push_back(load('.', 4));
  reader.push_back(load('s', 2));
  const std::vector<Script> scripts = {writer, {store('y', 2)}, reader};
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    RffStrategy rff(seed);
    const int found = first(rff, scripts, 300, [](const std::string& order) {
      return order.find('x') < order.find('r') && order.find('s') < order.find('y');
    });
    EXPECT_GT(found, 0) << "seed " << seed;
  }
}

TEST(Rff, ends_where_a_constraint_can_never_be_met) {
  // The reader starts the only writer's wait: the read cannot see what comes after it.
  RffStrategy rff(1);
  for (int i = 0; i < 50; ++i) {
    BareWorld world(1);
    world.scheduler.set_chooser(*rff.next());
    bool has_read = false;
    world.scheduler.spawn("reader", "", [&] {
      act(world.scheduler, load('r', 1));
      has_read = true;
    });
    world.scheduler.spawn("writer", "", [&] {
      while (!has_read) act(world.scheduler, load('.', 2));
      act(world.scheduler, store('w', 1));
    });
    EXPECT_EQ(world.scheduler.run(), End::quiescent);
    rff.finished({});
  }
}

struct ReadsFromFixture : ::testing::Test {
  SiteId happens(char name, OpKind kind, ObjectId object) {
    Thread thread;
    thread.pending.kind = kind;
    thread.pending.access = kind == OpKind::atomic_load ? Access::read : Access::write;
    thread.pending.object = object;
    thread.pending.pc = static_cast<std::uintptr_t>(name);
    const SiteId site = sites.of_pending(thread);
    trace.on_step(sites, site);
    return site;
  }
  Sites sites;
  ReadsFromTrace trace;
};
using ReadsFromPairs = ReadsFromFixture;

TEST_F(ReadsFromPairs, are_of_a_read_and_the_last_write_at_its_object) {
  const SiteId early = happens('r', OpKind::atomic_load, 1);
  const SiteId write = happens('w', OpKind::atomic_store, 1);
  happens('v', OpKind::atomic_store, 2);
  const SiteId late = happens('s', OpKind::atomic_load, 1);
  EXPECT_EQ(trace.pairs(), (std::vector<ReadsFrom>{{early, kInitial}, {late, write}}));
}

TEST_F(ReadsFromPairs, count_once_however_often_they_come) {
  for (int i = 0; i < 3; ++i) happens('r', OpKind::atomic_load, 1);
  EXPECT_EQ(trace.pairs().size(), 1u);
}

TEST_F(ReadsFromPairs, make_a_lock_read_from_the_lock_before) {
  const SiteId lock = happens('l', OpKind::lock, 1);
  happens('l', OpKind::lock, 1);
  EXPECT_EQ(trace.pairs(), (std::vector<ReadsFrom>{{lock, kInitial}, {lock, lock}}));
}

TEST_F(ReadsFromPairs, leave_out_starts_and_ends_of_threads) {
  EXPECT_EQ(happens('x', OpKind::thread_exit, 1), kInitial);
  EXPECT_TRUE(trace.pairs().empty());
}

}  // namespace
}  // namespace onhook
