// SPDX-License-Identifier: GPL-3.0-or-later
// Restoring is watertight: an execution shows the same whether a fresh process runs it first or one
// in which hundreds of others have crashed, leaked and written over what was not theirs.
#include <gtest/gtest.h>

#include "harness/cli/process_testing.h"

namespace onhook {
namespace {

using namespace testing_process;

constexpr int kExecutions = 24;

RunResult explore(const TemporaryFolder& folder, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {
      "run",    scenario("scribbler.scn"), "--jobs",   "1",        "--out", folder / "out",
      "--json", folder / "result.json",    "--digest", "--judges", "none"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  EXPECT_GE(run(arguments, folder / "log"), 0);
  const std::vector<RunResult> results = results_of(folder / "result.json");
  EXPECT_EQ(results.size(), 1u) << text_of_file(folder / "log");
  return results.empty() ? RunResult{} : results[0];
}

TEST(RestoreProcessTest, each_execution_is_what_it_is_in_a_process_of_its_own) {
  const TemporaryFolder folder;
  const std::string strategy = "random:" + std::to_string(kExecutions);
  const RunResult together = explore(folder, {"--strategy", strategy});
  ASSERT_EQ(together.executions, static_cast<std::uint64_t>(kExecutions));
  std::uint64_t sum = 0;
  int crashes = 0;
  for (int i = 1; i <= kExecutions; ++i) {
    const std::string shard = std::to_string(i) + "/" + std::to_string(kExecutions);
    const RunResult alone = explore(folder, {"--strategy", strategy, "--shard", shard});
    ASSERT_EQ(alone.executions, 1u);
    sum += alone.digest.value_or(0);
    if (!alone.violations.empty()) ++crashes;
  }
  EXPECT_EQ(together.digest, sum);
  EXPECT_GT(crashes, 0);
  EXPECT_LT(crashes, kExecutions);
}

TEST(RestoreProcessTest, hundreds_of_crashes_leave_nothing_behind_that_the_program_could_see) {
  const TemporaryFolder folder;
  const RunResult result = explore(folder, {"--strategy", "random:600"});
  EXPECT_EQ(result.executions, 600u);
  ASSERT_EQ(result.violations.size(), 1u) << text_of_file(folder / "log");
  EXPECT_EQ(result.violations[0].law, "crash");
}

TEST(RestoreProcessTest, a_schedule_replays_after_crashes_as_before_them) {
  const TemporaryFolder folder;
  const RunResult result = explore(folder, {"--strategy", "random:200"});
  ASSERT_FALSE(result.schedule.empty());
  // The violation was found and minimised among crashes; each replay has a process of its own.
  EXPECT_EQ(run({"replay", result.schedule, "--times", "3"}, folder / "replay"), 1)
      << text_of_file(folder / "replay");
}

}  // namespace
}  // namespace onhook
