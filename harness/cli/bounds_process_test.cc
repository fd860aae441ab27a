// SPDX-License-Identifier: GPL-3.0-or-later
// Bounds on each execution, on the real executable: what they cut is counted and printed, takes the
// word "complete" away, and is the same however the search is done.
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/cli/process_testing.h"

namespace onhook {
namespace {

using namespace testing_process;
using Arguments = std::vector<std::string>;

class BoundsProcessTest : public ::testing::Test {
 protected:
  RunResult explore(const Arguments& what, int expected = 0) {
    Arguments all = {"--json", folder_ / "json", "--out", folder_ / "out", "--judges", "none"};
    all.insert(all.begin(), what.begin(), what.end());
    const std::string log = folder_ / ("log" + std::to_string(++runs_));
    EXPECT_EQ(run(all, log), expected);
    said_ = text_of_file(log);
    const std::vector<RunResult> results = results_of(folder_ / "json");
    EXPECT_EQ(results.size(), 1u) << said_;
    return results.empty() ? RunResult{} : results.front();
  }
  RunResult search(const std::string& name, const std::string& strategy, const Arguments& more) {
    Arguments all = {"run",      scenario(name + ".scn"), "--strategy", strategy,
                     "--budget", "executions=9999999"};
    all.insert(all.end(), more.begin(), more.end());
    return explore(all);
  }
  bool said(std::string_view text) const { return said_.find(text) != std::string::npos; }

  TemporaryFolder folder_;
  std::string said_;
  int runs_ = 0;
};

/// "dpor: 12 inequivalent executions" and "classes: 12 inequivalent of 40 executions".
std::string inequivalent(const RunResult& result) {
  const std::string& text = result.orders.at(0).search;
  const std::size_t begin = text.find(": ") + 2;
  return text.substr(begin, text.find(' ', begin) - begin);
}

TEST_F(BoundsProcessTest, what_a_bound_cuts_is_counted_and_printed_and_takes_complete_away) {
  for (const char* strategy : {"dfs", "dpor", "random:50"}) {
    const RunResult steps = search("spinning", strategy, {"--max-steps", "14", "--jobs", "1"});
    EXPECT_FALSE(steps.complete) << strategy;
    EXPECT_GT(steps.hits.steps, 0u) << strategy;
    EXPECT_GT(steps.executions, 0u) << strategy;
    EXPECT_TRUE(said("cut at 14 steps")) << said_;
    EXPECT_FALSE(said("complete")) << said_;
    if (std::string_view(strategy).starts_with("random")) continue;  // hardly ever so often
    const RunResult timeouts = search("polling", strategy, {"--max-timeouts", "2", "--jobs", "1"});
    EXPECT_FALSE(timeouts.complete) << strategy;
    EXPECT_GT(timeouts.hits.timeouts, 0u) << strategy;
    EXPECT_TRUE(said("held to 2 timeouts")) << said_;
  }
}

TEST_F(BoundsProcessTest, a_bound_that_cuts_nothing_leaves_a_search_complete) {
  for (const char* strategy : {"dfs", "dpor"}) {
    const RunResult result =
        search("turns", strategy, {"--max-steps", "1000", "--max-timeouts", "0", "--jobs", "1"});
    EXPECT_TRUE(result.complete) << strategy << said_;
    EXPECT_EQ(result.hits, BoundHits{});
    EXPECT_EQ(result.bounds.steps, 1000u);
    EXPECT_EQ(result.bounds.timeouts, 0u);
  }
}

TEST_F(BoundsProcessTest, the_reduced_search_finds_all_classes_within_the_bound) {
  const std::pair<const char*, Arguments> searches[] = {
      {"spinning", {"--max-steps", "14"}},
      {"spinning", {"--max-steps", "20"}},
      {"polling", {"--max-timeouts", "2"}},
      {"polling", {"--max-timeouts", "3", "--max-steps", "25"}}};
  for (const auto& [name, bounds] : searches) {
    const RunResult plain = search(name, "classes", bounds);
    const RunResult reduced = search(name, "dpor", bounds);
    EXPECT_EQ(inequivalent(plain), inequivalent(reduced)) << name;
    EXPECT_LE(reduced.executions, plain.executions) << name;
  }
}

TEST_F(BoundsProcessTest, parts_and_jobs_together_cut_what_the_whole_does) {
  const Arguments bounds = {"--max-timeouts", "2", "--max-steps", "24", "--digest"};
  const auto with = [&](Arguments more) {
    more.insert(more.begin(), bounds.begin(), bounds.end());
    return without_times({search("polling", "dfs", more)});
  };
  const std::string whole = with({"--jobs", "1"});
  EXPECT_EQ(with({"--jobs", "3"}), whole);
  EXPECT_EQ(with({"--jobs", "1", "--resume", folder_ / "resume"}), whole);
  Arguments merge = {"merge", "--json", folder_ / "merged.json"};
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    with({"--jobs", "1", "--shard", shard});
    const std::string part = folder_ / ("part" + std::to_string(merge.size()));
    std::filesystem::copy(folder_ / "json", part);
    merge.push_back(part);
  }
  ASSERT_EQ(run(merge, folder_ / "merge.log"), 0);
  EXPECT_EQ(without_times(results_of(folder_ / "merged.json")), whole);
  EXPECT_NE(text_of_file(folder_ / "merge.log").find("held to 2 timeouts"), std::string::npos);
}

TEST_F(BoundsProcessTest, when_everything_is_cut_nothing_holds) {
  const RunResult result = explore(
      {"run", scenario("turns.scn"), "--strategy", "dfs", "--max-steps", "3", "--jobs", "1"}, 4);
  EXPECT_EQ(result.verdict, Verdict::vacuous);
  EXPECT_EQ(result.executions, 0u);
  EXPECT_EQ(result.orders.at(0).why, "cut by max-steps");
}

TEST_F(BoundsProcessTest, what_breaks_within_the_bound_is_found_and_replays) {
  const std::string folder = ONHOOK_SPREAD_TESTDATA;
  const std::pair<std::string, Arguments> programs[] = {
      {"/spinning.c", {"-DMOST=2", "--max-steps", "14"}},
      {"/polling.c", {"-DMOST=1", "--max-timeouts", "2"}}};
  for (const auto& [file, more] : programs) {
    for (const char* strategy : {"dfs", "dpor"}) {
      Arguments all = {"program", folder + file, "--strategy", strategy};
      all.insert(all.end(), more.begin(), more.end());
      const RunResult result = explore(all, 1);
      ASSERT_EQ(result.violations.size(), 1u) << said_;
      EXPECT_EQ(result.violations[0].law, "assertion");
      EXPECT_NE(text_of_file(result.schedule).find(more[1].substr(2)), std::string::npos);
      EXPECT_EQ(run({"replay", result.schedule}, folder_ / "replay.log"), 1)
          << text_of_file(folder_ / "replay.log");
    }
  }
}

}  // namespace
}  // namespace onhook
