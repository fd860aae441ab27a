// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/minimizer.h"

#include <gtest/gtest.h>

#include "harness/explore/testing.h"

namespace onhook {
namespace {

using testing_explore::ProgramRun;

/// Undoes each deviation by itself, the others left as they are.
void expect_locally_minimal(ProgramRun& run, const Minimised& result) {
  const std::string law = result.outcome.violation->law;
  for (std::size_t i = 0; i < result.deviations.size(); ++i) {
    std::vector<Deviation> without = result.deviations;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    const Outcome outcome = run_deviations(run.executor(), without);
    EXPECT_TRUE(!outcome.violation || outcome.violation->law != law)
        << "deviation " << i << " of " << result.deviations.size() << " is not needed";
  }
}

TEST(Minimise, leaves_a_deadlock_of_two_locks_one_preemption) {
  ProgramRun run("minimise_deadlock", testing_explore::kDeadlock);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Outcome failing = run.failing(seed);
    const Minimised result = minimise_schedule(run.executor(), failing, 20'000);
    ASSERT_TRUE(result.outcome.violation);
    EXPECT_EQ(result.outcome.violation->law, "LOCK");
    EXPECT_TRUE(result.locally_minimal);
    EXPECT_EQ(result.outcome.preemptions, 1u) << "of " << failing.preemptions;
    EXPECT_LE(result.deviations.size(), 2u);
    expect_locally_minimal(run, result);
  }
}

TEST(Minimise, gives_an_execution_that_its_deviations_alone_repeat) {
  ProgramRun run("minimise_repeat", testing_explore::kCleanup);
  const Minimised result = minimise_schedule(run.executor(), run.failing(), 20'000);
  const std::string trace = to_text(run.world().trace());
  const Outcome again = run_deviations(run.executor(), result.deviations);
  EXPECT_EQ(again.choices, result.outcome.choices);
  EXPECT_EQ(to_text(run.world().trace()), trace);
}

TEST(Minimise, keeps_to_its_budget_and_still_gives_a_failing_execution) {
  ProgramRun run("minimise_budget", testing_explore::kDeadlock);
  const Outcome failing = run.failing(3);
  for (std::uint64_t budget : {0u, 1u, 2u, 5u}) {
    const Minimised result = minimise_schedule(run.executor(), failing, budget);
    EXPECT_LE(result.executions, budget);
    ASSERT_TRUE(result.outcome.violation) << budget;
    EXPECT_EQ(result.outcome.violation->law, "LOCK");
  }
}

TEST(Minimise, gives_what_a_schedule_that_does_not_repeat_leads_to) {
  ProgramRun run("minimise_stale", testing_explore::kDeadlock);
  Outcome stale = run.failing();
  stale.choices.clear();
  const Minimised result = minimise_schedule(run.executor(), stale, 100);
  EXPECT_FALSE(result.outcome.violation);
  EXPECT_FALSE(result.locally_minimal);
}

}  // namespace
}  // namespace onhook
