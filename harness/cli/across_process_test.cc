// SPDX-License-Identifier: GPL-3.0-or-later
// Locks taken in opposite orders in different executions, on the real executable: what is said of
// them word for word, the schedules that replay each, and that parts of a search, more processes
// and kills find the same. With ONHOOK_UPDATE_GOLDEN=1 in the environment the report is written
// instead, and its test fails.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/cli/process_testing.h"

namespace onhook {
namespace {

using namespace testing_process;
using Arguments = std::vector<std::string>;

const std::string kSelftest = ONHOOK_SCENARIOS "/selftest/";

class AcrossProcessTest : public ::testing::Test {
 protected:
  /// A search without preemptions, so that no execution shows both orders.
  Arguments search(const std::string& scenario, const Arguments& more = {}) {
    Arguments all = {"run", scenario, "--strategy",     "dfs:0", "--judges",
                     "all", "--json", folder_ / "json", "--out", folder_ / "out"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  std::vector<Violation> found() {
    const std::vector<RunResult> results = results_of(folder_ / "json");
    EXPECT_EQ(results.size(), 1u);
    return results.empty() ? std::vector<Violation>() : results.front().violations;
  }
  /// What was printed from "law" on, the folder of the test left out.
  std::string report() const {
    std::string text = text_of_file(log_);
    for (std::size_t at = 0; (at = text.find(folder_ / "", at)) != std::string::npos;) {
      text.erase(at, (folder_ / "").size());
    }
    const std::size_t begin = std::min(text.find("law  "), text.size());
    return text.substr(begin, text.find("\n\n", begin) + 1 - begin);
  }
  void expect_replays(const Violation& violation) {
    ASSERT_TRUE(violation.judgement);
    std::vector<std::string> shows;
    for (const JudgedDeed& deed : violation.judgement->deeds) {
      if (deed.schedule.empty()) continue;
      EXPECT_EQ(run({"replay", deed.schedule, "--times", "3"}, log_), 0) << text_of_file(log_);
      const std::string said = text_of_file(log_);  // of all runs
      shows.push_back(said.substr(said.rfind("replayed")));
    }
    std::ranges::sort(shows);
    EXPECT_EQ(shows,
              (Arguments{"replayed 3 times, identical: shows [pay] accounts, then log_file\n",
                         "replayed 3 times, identical: shows [rotate] log_file, then "
                         "accounts\n"}));
  }

  TemporaryFolder folder_;
  std::string log_ = folder_ / "log";
  const std::string must_fail_ = kSelftest + "must_fail/lock_across.scn";
};

TEST_F(AcrossProcessTest, the_report_is_exactly_this) {
  EXPECT_EQ(run(search(must_fail_, {"--jobs", "1"}), log_), 1);
  const std::string got = report();
  const std::string path = kSelftest + "reports/bounded/lock_across.txt";
  EXPECT_EQ(got, text_of_file(path)) << text_of_file(log_);
  if (got != text_of_file(path) && ::getenv("ONHOOK_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << got;
  }
}

TEST_F(AcrossProcessTest, each_of_its_schedules_shows_one_order_again_and_again) {
  EXPECT_EQ(run(search(must_fail_, {"--jobs", "1"}), log_), 1);
  const std::vector<Violation> violations = found();
  ASSERT_EQ(violations.size(), 1u);
  expect_replays(violations[0]);
}

TEST_F(AcrossProcessTest, a_schedule_that_does_not_show_what_it_says_is_told) {
  EXPECT_EQ(run(search(must_fail_, {"--jobs", "1"}), log_), 1);
  const std::string path = folder_ / "out/lock_across.across1-1.sched";
  std::string text = text_of_file(path);
  const std::size_t at = text.find("accounts, then log_file");
  ASSERT_NE(at, std::string::npos) << text;
  std::ofstream(path) << text.replace(at, 23, "accounts, then accounts");
  EXPECT_EQ(run({"replay", path}, log_), 3);
  EXPECT_NE(text_of_file(log_).find("it does not show [pay] accounts, then accounts"),
            std::string::npos)
      << text_of_file(log_);
}

TEST_F(AcrossProcessTest, the_repaired_twin_gives_none_though_the_search_is_cut_short) {
  EXPECT_EQ(run(search(kSelftest + "must_pass/lock_across.scn"), log_), 0) << text_of_file(log_);
  EXPECT_FALSE(results_of(folder_ / "json").at(0).complete);
}

TEST_F(AcrossProcessTest,
       a_complete_search_finds_the_deadlock_itself_or_proves_that_there_is_none) {
  Arguments arguments = search(must_fail_);
  *(std::ranges::find(arguments, "dfs:0")) = "dpor";
  EXPECT_EQ(run(arguments, log_), 1);
  for (const Violation& violation : found()) {
    EXPECT_EQ(violation.message.find("no execution that was tried"), std::string::npos);
  }
  // Only one of the two ever comes through: cut short it is told, at the end it is refuted.
  const std::string exclusive = scenario("exclusive.scn");
  EXPECT_EQ(run(search(exclusive), log_), 1) << text_of_file(log_);
  arguments[1] = exclusive;
  EXPECT_EQ(run(arguments, log_), 0) << text_of_file(log_);
}

TEST_F(AcrossProcessTest, it_can_be_left_out_and_suppressed) {
  std::ofstream(folder_ / "known.json")
      << R"({"suppressions": [{"law": "LOCK", "object": "log_file", "reason": "known"}]})";
  Arguments arguments = search(must_fail_, {"--suppressions", folder_ / "known.json"});
  EXPECT_EQ(run(arguments, log_), 0) << text_of_file(log_);
  EXPECT_EQ(text_of_file(log_).find("suppression fits nothing"), std::string::npos);
  arguments = search(must_fail_);
  *(std::ranges::find(arguments, "all")) = "race";
  EXPECT_EQ(run(arguments, log_), 0) << text_of_file(log_);
  // `without LOCK` takes the judge away from the scenario.
  EXPECT_EQ(run(search(scenario("exclusive_without.scn")), log_), 0) << text_of_file(log_);
}

TEST_F(AcrossProcessTest, processes_that_share_a_search_find_it_together) {
  EXPECT_EQ(run(search(must_fail_, {"--jobs", "2"}), log_), 1) << text_of_file(log_);
  const std::vector<Violation> violations = found();
  ASSERT_EQ(violations.size(), 1u);
  expect_replays(violations[0]);
}

TEST_F(AcrossProcessTest, parts_find_it_when_they_are_merged) {
  Arguments merge = {"merge", "--json", folder_ / "json", "--out", folder_ / "merged"};
  for (const char* shard : {"1/2", "2/2"}) {
    const std::string part = folder_ / (std::string("part") + shard[0]);
    Arguments arguments = search(must_fail_, {"--shard", shard});
    *(std::ranges::find(arguments, folder_ / "json")) = part;
    EXPECT_EQ(run(arguments, log_), 0) << text_of_file(log_);
    EXPECT_TRUE(results_of(part).at(0).violations.empty());
    merge.push_back(part);
  }
  EXPECT_EQ(run(merge, log_), 1) << text_of_file(log_);
  const std::string told = text_of_file(log_);
  EXPECT_NE(told.find("no execution that was tried shows both"), std::string::npos) << told;
  const std::vector<Violation> violations = found();
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_TRUE(violations[0].judgement->deeds.at(1).schedule.starts_with(folder_ / "merged/"));
  expect_replays(violations[0]);

  std::ofstream(folder_ / "known.json")
      << R"({"suppressions": [{"law": "LOCK", "functions": ["pay", "rotate"], "reason": "known"}]})";
  merge.insert(merge.end(), {"--suppressions", folder_ / "known.json"});
  EXPECT_EQ(run(merge, log_), 0) << text_of_file(log_);
}

}  // namespace
}  // namespace onhook
