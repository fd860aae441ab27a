// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/explain_violation.h"

#include <gtest/gtest.h>

#include "harness/explore/minimizer.h"
#include "harness/explore/testing.h"

namespace onhook {
namespace {

using testing_explore::ProgramRun;

Explanation explained(ProgramRun& run, Outcome& minimal) {
  minimal = minimise(run.executor(), run.failing(), 20'000);
  return explain_violation(run.executor(), run.map(), minimal);
}

std::string functions_of(const ExplainedStep& step) {
  std::string text;
  for (const StackFrame& frame : step.stack) text += frame.function + ' ';
  return text;
}

TEST(ExplainViolation, names_the_lock_after_which_two_threads_must_deadlock) {
  ProgramRun run("explain_deadlock", testing_explore::kDeadlock);
  Outcome minimal;
  const Explanation why = explained(run, minimal);
  ASSERT_TRUE(why.step);
  EXPECT_TRUE(why.step->proven) << why.step->claim;
  // The first of the two locks is harmless: its thread may go on. The second one decides.
  EXPECT_TRUE(why.step->at.what == "locks left" || why.step->at.what == "locks right")
      << why.step->at.what;
  ASSERT_TRUE(why.pair);
  EXPECT_EQ(why.pair->first.what, why.step->at.what);
  EXPECT_EQ(why.pair->second.what, why.pair->first.what);
  EXPECT_EQ(why.pair->second.step, 0u) << "the other thread waits for it for ever";
  EXPECT_NE(why.pair->first.thread, why.pair->second.thread);
}

TEST(ExplainViolation, names_the_two_accesses_that_came_in_the_wrong_order) {
  ProgramRun run("explain_cleanup", testing_explore::kCleanup);
  Outcome minimal;
  const Explanation why = explained(run, minimal);
  ASSERT_TRUE(why.step);
  ASSERT_TRUE(why.pair) << (why.remarks.empty() ? "" : why.remarks.front());
  EXPECT_EQ(why.pair->first.thread, "relay");
  EXPECT_EQ(why.pair->second.thread, "sofia");
  EXPECT_EQ(functions_of(why.pair->first), "cleanup relay ");
  EXPECT_EQ(functions_of(why.pair->second), "sofia ");
}

TEST(ExplainViolation, gives_the_lines_of_both_stacks) {
  ProgramRun run("explain_lines", testing_explore::kCleanup);
  Outcome minimal;
  const Explanation why = explained(run, minimal);
  ASSERT_TRUE(why.pair);
  ASSERT_EQ(why.pair->first.stack.size(), 2u);
  EXPECT_EQ(why.pair->first.stack[1].place, "explain_lines.c:9") << "where cleanup() is called";
}

TEST(ExplainViolation, leaves_order_and_points_as_they_were) {
  ProgramRun run("explain_setting", testing_explore::kCleanup);
  Outcome minimal;
  explained(run, minimal);
  const Executor::Setting setting = run.executor().setting();
  EXPECT_EQ(setting.sink, nullptr);
  EXPECT_EQ(setting.points, nullptr);
  EXPECT_EQ(setting.order.predecessors, EventOrder{}.predecessors);
}

TEST(ExplainViolation, says_that_nothing_decides_when_every_execution_fails) {
  ProgramRun run("explain_always", "#include <assert.h>\nint main(void) { assert(0); }\n");
  Outcome minimal;
  const Explanation why = explained(run, minimal);
  EXPECT_FALSE(why.step);
  EXPECT_FALSE(why.pair);
  ASSERT_FALSE(why.remarks.empty());
  EXPECT_TRUE(why.remarks.front().starts_with("no step decides: no execution obeys all laws"));
}

}  // namespace
}  // namespace onhook
