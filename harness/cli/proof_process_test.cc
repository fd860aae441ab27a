// SPDX-License-Identifier: GPL-3.0-or-later
// What is printed as complete: the founding scenario on plugins without its bug, and the reduced
// search beside one without reduction where that one ends.
#include <gtest/gtest.h>

#include <charconv>

#include "harness/cli/process_testing.h"

namespace onhook {
namespace {

using namespace testing_process;

RunResult explored(const std::string& path, const std::string& target,
                   const std::string& strategy) {
  const TemporaryFolder folder;
  run({"run", path, "--target", target, "--strategy", strategy, "--budget", "executions=2000000",
       "--jobs", "1", "--json", folder / "result.json", "--out", folder / "out"},
      folder / "log");
  const std::vector<RunResult> results = results_of(folder / "result.json");
  EXPECT_EQ(results.size(), 1u) << text_of_file(folder / "log");
  return results.empty() ? RunResult{} : results[0];
}

/// The number in "dpor: 12 inequivalent executions" or "classes: 12 inequivalent of 55 executions".
std::uint64_t inequivalent(const RunResult& result) {
  std::uint64_t sum = 0;
  for (const OrderResult& order : result.orders) {
    const std::size_t at = order.search.find(": ");
    if (at == std::string::npos) return 0;
    std::uint64_t number = 0;
    std::from_chars(order.search.data() + at + 2, order.search.data() + order.search.size(),
                    number);
    sum += number;
  }
  return sum;
}

TEST(ProofProcessTest, the_reduced_search_finds_each_class_of_a_search_without_reduction) {
  for (const char* target : {"stable", "newest"}) {
    const std::string path = ONHOOK_PROOF_TESTDATA "/before_the_answer.scn";
    const RunResult all = explored(path, target, "classes");
    const RunResult reduced = explored(path, target, "dpor");
    EXPECT_TRUE(all.complete) << target;
    EXPECT_TRUE(reduced.complete) << target;
    EXPECT_GT(all.executions, reduced.executions) << target;
    EXPECT_GT(inequivalent(reduced), 1u) << target;
    EXPECT_EQ(inequivalent(all), inequivalent(reduced)) << target;
  }
}

TEST(ProofProcessTest, the_founding_scenario_holds_in_all_its_orders_where_the_bug_is_not) {
  for (const char* target : {"stable", "newest"}) {
    const RunResult result =
        explored(ONHOOK_SCENARIOS "/hangup/client_keeps_pc.scn", target, "dpor");
    EXPECT_EQ(result.verdict, Verdict::holds) << target;
    EXPECT_TRUE(result.complete) << target << ": " << result.bound;
    EXPECT_GT(inequivalent(result), 10'000u) << target;
  }
}

}  // namespace
}  // namespace onhook
