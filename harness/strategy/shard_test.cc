// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of a search: together they are the whole, and none takes what is another's. And a search
// that is put away and taken up again goes on where it stood.
#include "harness/base/shard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "harness/sched/testing.h"
#include "harness/strategy/alternating.h"
#include "harness/strategy/dfs.h"
#include "harness/strategy/dpor/dpor.h"
#include "harness/strategy/frontier.h"
#include "harness/strategy/pct.h"
#include "harness/strategy/pos.h"
#include "harness/strategy/random.h"
#include "harness/strategy/replay.h"
#include "harness/strategy/rff.h"
#include "harness/strategy/stale.h"
#include "harness/strategy/surw.h"

namespace onhook {
namespace {

using Executions = std::vector<std::string>;  // one text each: every choice
using Make = std::function<std::unique_ptr<Strategy>()>;

Operation visible() {
  Operation op;
  op.kind = OpKind::atomic_rmw;
  op.access = Access::write;
  op.object = 1;
  return op;
}

// Three threads of one step each and a value of three. The first thread starts by itself: 8! / (2!
// 3! 3!) orders of start, step and exit.
std::string run(Chooser& plan) {
  testing::BareWorld world(1);
  RecordingPlan recording(plan);
  world.scheduler.set_chooser(recording);
  for (const char* name : {"a", "b", "c"}) {
    world.scheduler.spawn(name, "", [&, name] {
      world.scheduler.perform(visible());
      if (*name == 'b') world.scheduler.choose("latency", 3);
    });
  }
  EXPECT_EQ(world.scheduler.run(), End::quiescent);
  std::string text;
  for (const Choice& choice : recording.choices()) {
    if (const auto* thread = std::get_if<ThreadChoice>(&choice)) {
      text += static_cast<char>('a' + thread->thread);
    } else {
      text += static_cast<char>('0' + std::get<ValueChoice>(choice).index);
    }
  }
  return text;
}

Executions sorted(Executions executions) {
  std::ranges::sort(executions);
  return executions;
}

struct Ran {
  Executions mine;
  std::size_t foreign = 0;  // run only to find the branches
};

Ran run_all(Strategy& strategy, std::size_t at_most = ~std::size_t{0}) {
  Ran out;
  while (out.mine.size() < at_most) {
    Chooser* plan = strategy.next();
    if (plan == nullptr) break;
    std::string text = run(*plan);
    if (strategy.mine()) {
      out.mine.push_back(std::move(text));
    } else {
      ++out.foreign;
    }
    strategy.finished({});
  }
  return out;
}

constexpr std::size_t kOrders = 560 * 3;

TEST(Shard, each_hash_belongs_to_one_part_and_no_part_is_starved) {
  for (std::uint32_t count : {1u, 2u, 3u, 7u}) {
    std::vector<int> dealt(count);
    for (std::uint64_t hash = 0; hash < 1000 * count; ++hash) {
      int owners = 0;
      for (std::uint32_t i = 0; i < count; ++i) {
        if (!Shard{i, count}.mine(hash)) continue;
        ++owners;
        ++dealt[i];
      }
      ASSERT_EQ(owners, 1);
    }
    EXPECT_GT(*std::ranges::min_element(dealt), 850);
  }
}

TEST(Shard, shares_of_a_number_add_up) {
  for (std::uint64_t n : {0u, 1u, 6u, 7u, 100u}) {
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < 7; ++i) sum += Shard{i, 7}.share_of(n);
    EXPECT_EQ(sum, n);
  }
}

TEST(DfsParts, together_are_the_whole_search_with_nothing_twice) {
  for (unsigned bound : {1u, 2u, DfsStrategy::kUnbounded}) {
    DfsStrategy whole(bound);
    const Executions expected = sorted(run_all(whole).mine);
    ASSERT_TRUE(std::ranges::adjacent_find(expected) == expected.end());
    if (bound == DfsStrategy::kUnbounded) {
      ASSERT_EQ(expected.size(), kOrders);
    }
    for (std::uint32_t count : {1u, 2u, 3u, 7u}) {
      Executions together;
      for (std::uint32_t i = 0; i < count; ++i) {
        DfsStrategy part(bound);
        ASSERT_TRUE(part.keep_to({i, count}));
        const Ran part_run = run_all(part);
        together.insert(together.end(), part_run.mine.begin(), part_run.mine.end());
        EXPECT_EQ(part.complete(), whole.complete()) << i << " of " << count;
        EXPECT_EQ(part.bound(), whole.bound());
      }
      EXPECT_EQ(sorted(together), expected) << count << " parts, bound " << bound;
    }
  }
}

TEST(DfsParts, run_little_that_is_not_theirs) {
  for (std::uint32_t i = 0; i < 2; ++i) {
    DfsStrategy part;
    part.keep_to({i, 2});
    const Ran part_run = run_all(part);
    EXPECT_GT(part_run.mine.size(), kOrders / 3);
    EXPECT_LT(part_run.foreign, 4 * DfsStrategy::kBranchesPerPart);
  }
}

TEST(RandomParts, run_each_numbered_execution_once) {
  RandomStrategy whole(7);
  const Executions expected = sorted(run_all(whole, 60).mine);
  for (std::uint32_t count : {2u, 3u, 7u}) {
    Executions together;
    for (std::uint32_t i = 0; i < count; ++i) {
      const Shard shard{i, count};
      RandomStrategy part(7);
      ASSERT_TRUE(part.keep_to(shard));
      const Ran part_run = run_all(part, shard.share_of(60));
      together.insert(together.end(), part_run.mine.begin(), part_run.mine.end());
    }
    EXPECT_EQ(sorted(together), expected) << count << " parts";
  }
}

class SavedSearch : public ::testing::TestWithParam<Make> {};

TEST_P(SavedSearch, goes_on_where_it_stood) {
  constexpr std::size_t kAll = 500;
  const Make& make = GetParam();
  const auto whole = make();
  const Executions expected = run_all(*whole, kAll).mine;
  for (std::size_t stop_at : {0u, 1u, 2u, 7u, 77u}) {
    const auto first = make();
    Executions seen = run_all(*first, stop_at).mine;
    const auto second = make();
    ASSERT_TRUE(second->load(first->save()));
    for (std::string& text : run_all(*second, kAll - seen.size()).mine) {
      seen.push_back(std::move(text));
    }
    EXPECT_EQ(seen, expected) << "put away after " << stop_at;
  }
}

TEST_P(SavedSearch, refuses_what_is_no_state_and_stays_as_it_was) {
  const Make& make = GetParam();
  const auto untouched = make();
  const auto strategy = make();
  for (std::string_view bad : {"", "x", "-1", "true", "true false false 1/2", "1 x",
                               "true false false 2/2/0/0", "true false false 0/2/0/0 y"}) {
    EXPECT_FALSE(strategy->load(bad)) << bad;
  }
  EXPECT_EQ(run_all(*strategy, 20).mine, run_all(*untouched, 20).mine);
}

template <typename T, typename... Arguments>
Make maker(Shard shard, Arguments... arguments) {
  return [=] {
    auto strategy = std::make_unique<T>(arguments...);
    strategy->keep_to(shard);
    return strategy;
  };
}

std::unique_ptr<Strategy> taking_turns() {
  std::vector<std::unique_ptr<Strategy>> strategies;
  strategies.push_back(std::make_unique<RffStrategy>(3));
  strategies.push_back(std::make_unique<DfsStrategy>(0u));  // is over long before the other
  return std::make_unique<AlternatingStrategy>(std::move(strategies),
                                               std::vector<std::size_t>{0, 1, 1});
}

INSTANTIATE_TEST_SUITE_P(
    Strategies, SavedSearch,
    ::testing::Values(maker<DfsStrategy>({}, DfsStrategy::kUnbounded), maker<DfsStrategy>({}, 1u),
                      maker<DfsStrategy>({1, 3}, DfsStrategy::kUnbounded),
                      maker<RandomStrategy>({}, 5u), maker<RandomStrategy>({2, 3}, 5u),
                      maker<PctStrategy>({}, 5u, 3u), maker<PosStrategy>({}, 5u),
                      maker<FrontierStrategy>({}, 5u), maker<SurwStrategy>({}, 5u),
                      maker<RffStrategy>({}, 5u), maker<StaleStrategy>({}, 5u),
                      maker<DporStrategy>({}), taking_turns));

}  // namespace
}  // namespace onhook
