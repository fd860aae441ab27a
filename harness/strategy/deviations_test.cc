// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/deviations.h"

#include <gtest/gtest.h>

#include "harness/sched/testing.h"

namespace onhook {
namespace {

/// Two threads of five steps each; what happened, in order.
std::vector<std::string> run(Chooser& chooser) {
  testing::BareWorld world(1);
  world.scheduler.set_chooser(chooser);
  world.scheduler.spawn("maker", "", [] {
    for (const char* name : {"a", "b"}) {
      current_scheduler()->spawn(name, "", [name] {
        for (int i = 0; i < 5; ++i) {
          Operation op;
          op.kind = OpKind::announce;
          op.verb = intern(name);
          op.detail = intern(std::to_string(current_scheduler()->choose("which", 3)));
          current_scheduler()->perform(op);
        }
      });
    }
  });
  EXPECT_EQ(world.scheduler.run(), End::quiescent);
  return world.facts.facts;
}

class Recorded {
 public:
  explicit Recorded(std::uint64_t seed) : random_(seed), recorder_(random_) {
    facts = run(recorder_);
    deviations = recorder_.deviations();
  }
  std::vector<std::string> facts;
  std::vector<Deviation> deviations;

 private:
  testing::RandomChooser random_;
  DeviationRecorder recorder_;
};

TEST(Deviations, alone_give_the_same_execution_again) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Recorded recorded(seed);
    DeviationPlan plan(recorded.deviations);
    DeviationRecorder again(plan);
    EXPECT_EQ(run(again), recorded.facts) << seed;
    EXPECT_EQ(again.deviations(), recorded.deviations) << seed;
  }
}

TEST(Deviations, of_the_default_execution_are_none) {
  const std::vector<Deviation> none;
  DeviationPlan defaults(none);
  DeviationRecorder recorder(defaults);
  run(recorder);
  EXPECT_TRUE(recorder.deviations().empty());
}

TEST(Deviations, become_fewer_when_one_is_left_out) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Recorded recorded(seed);
    for (std::size_t i = 0; i < recorded.deviations.size(); ++i) {
      std::vector<Deviation> fewer = recorded.deviations;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      DeviationPlan plan(fewer);
      DeviationRecorder recorder(plan);
      run(recorder);
      EXPECT_LT(recorder.deviations().size(), recorded.deviations.size());
    }
  }
}

}  // namespace
}  // namespace onhook
