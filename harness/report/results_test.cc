// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/results.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/base/testing.h"
#include "harness/report/json.h"
#include "harness/report/progress_line.h"
#include "harness/report/testing.h"
#include "harness/report/text.h"

namespace onhook {
namespace {

using testing_report::expect_golden;
using testing_report::hangup_run;
using testing_report::widest_line;

RunResult run_of(std::string scenario, Verdict verdict) {
  RunResult r;
  r.scenario = std::move(scenario);
  r.target = "v1.4.1";
  r.verdict = verdict;
  return r;
}

std::vector<RunResult> a_campaign() {
  RunResult green = run_of("scenarios/hangup/client_keeps_pc.scn", Verdict::holds);
  green.complete = true;
  green.executions = 1'234'567;
  green.seconds = 83.2;
  green.orders = {{{"a", "b"}, OrderOutcome::holds, "", 9}};
  RunResult empty = run_of("scenarios/hangup/unreached.scn", Verdict::vacuous);
  RunResult fault = run_of("scenarios/hangup/early.scn", Verdict::harness_fault);
  fault.fault = "call that is not modelled: setsockopt(IPPROTO_IP, 99)";
  return {green, hangup_run(), empty, fault};
}

TEST(ResultsTest, Table) { expect_golden("table.txt", results_table(a_campaign(), {})); }

TEST(ResultsTest, AFaultOfSeveralLinesKeepsThem) {
  RunResult fault = run_of("a.scn", Verdict::harness_fault);
  fault.fault = "cc failed\n    int x\n    ^\n";
  const std::string table = results_table({fault}, {});
  EXPECT_TRUE(table.ends_with("    fault cc failed\n              int x\n              ^\n"))
      << table;
}

TEST(ResultsTest, BoundsThatWereMetAreNamedBelowTheRow) {
  RunResult bounded = run_of("a.scn", Verdict::holds);
  bounded.bounds = {200, 3};
  bounded.hits = {1, 0};
  bounded.bound = "max-steps";
  const std::string table = results_table({bounded}, {});
  EXPECT_TRUE(table.ends_with("    bound 1 execution cut at 200 steps\n")) << table;
}

TEST(ResultsTest, OrderList) { expect_golden("orders.txt", order_list(hangup_run(), {})); }

TEST(ResultsTest, NoOrdersNoList) { EXPECT_EQ(order_list(run_of("a", Verdict::holds), {}), ""); }

TEST(ResultsTest, ALongPathLosesItsBeginningNotTheTable) {
  auto results = a_campaign();
  results[0].scenario = "/" + std::string(150, 'd') + "/hangup/client_keeps_pc.scn";
  results[1].bound = std::string(150, 'x');
  const std::string table = results_table(results, Style{.width = 100});
  EXPECT_LE(widest_line(table), 100u) << table;
  EXPECT_NE(table.find("..."), std::string::npos) << table;
}

TEST(ResultsTest, TheWorstVerdictIsTheExitCode) {
  const auto code = [](std::vector<Verdict> verdicts) {
    std::vector<RunResult> results;
    for (Verdict v : verdicts) results.push_back(run_of("a", v));
    return exit_code_of(results);
  };
  EXPECT_EQ(code({}), 0);
  EXPECT_EQ(code({Verdict::holds, Verdict::holds}), 0);
  EXPECT_EQ(code({Verdict::holds, Verdict::vacuous}), 4);
  EXPECT_EQ(code({Verdict::infeasible}), 4);
  EXPECT_EQ(code({Verdict::violated, Verdict::vacuous}), 1);
  EXPECT_EQ(code({Verdict::violated, Verdict::harness_fault, Verdict::vacuous}), 3);
}

TEST(JsonTest, IsWhatJsonMdSays) {
  expect_golden("results.json", results_json(a_campaign(), CampaignEnd::finished));
}

TEST(JsonTest, BytesThatAreNoUtf8DoNotEndTheReport) {
  auto results = a_campaign();
  results[1].violations[0].message = "\xff\xfe";
  const auto json = nlohmann::json::parse(results_json(results, CampaignEnd::interrupted));
  EXPECT_TRUE(json["interrupted"].get<bool>());
  EXPECT_EQ(json["results"][1]["violations"][0]["seen"], "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(TextTest, NumbersAndTimes) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(123456789), "123,456,789");
  EXPECT_EQ(duration_text(30'000'000'000), "30 s");
  EXPECT_EQ(duration_text(750'000'000), "750 ms");
  EXPECT_EQ(seconds_text(0.04), "0.0 s");
  EXPECT_EQ(seconds_text(725), "12 min 5 s");
}

TEST(TextTest, WrapsAtBlanksAndWithinWordsOnlyWhenItMust) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrapped("a bc def", 4), (Lines{"a bc", "def"}));
  EXPECT_EQ(wrapped("abcdefgh", 3), (Lines{"abc", "def", "gh"}));
  EXPECT_EQ(wrapped("", 3), (Lines{""}));
  EXPECT_EQ(clipped("abcdef", 5), "ab...");
}

class ProgressLineTest : public testing::Test {
 protected:
  std::vector<std::string> written_;
  ProgressLine line_{[this](std::string_view bytes) { written_.emplace_back(bytes); }, Style{}};

  CampaignProgress at(double seconds) {
    return {3, 12, 12'345, seconds, 0, "hangup/keeps_pc.scn", "v1.4.1", "a, b, c"};
  }
};

TEST_F(ProgressLineTest, SaysHowFarItIsAndHowFast) {
  line_.show(at(2.0));
  EXPECT_EQ(written_,
            (std::vector<std::string>{"\r\x1b[K[3/12] 12,345 executions, 6,172/s, 2.0 s  v1.4.1 "
                                      "hangup/keeps_pc.scn  a, b, c"}));
}

TEST_F(ProgressLineTest, SaysHowLongItWillTakeWhereThatIsGuessed) {
  CampaignProgress p = at(2.0);
  p.seconds_left = 725;
  EXPECT_NE(progress_text(p, Style{}).find("2.0 s, 12 min 5 s left  v1.4.1"), std::string::npos);
}

TEST_F(ProgressLineTest, IsDrawnAtMostTenTimesASecond) {
  for (int i = 0; i < 1000; ++i) line_.show(at(i * 0.001));
  EXPECT_LE(written_.size(), 11u);
  EXPECT_GE(written_.size(), 9u);
}

TEST_F(ProgressLineTest, ClearTakesItAwayOnce) {
  line_.clear();
  EXPECT_TRUE(written_.empty());
  line_.show(at(1));
  line_.clear();
  line_.clear();
  EXPECT_EQ(written_.size(), 2u);
  EXPECT_EQ(written_.back(), "\r\x1b[K");
}

TEST_F(ProgressLineTest, FitsThePage) {
  CampaignProgress p = at(1);
  p.order = std::string(300, 'x');
  EXPECT_EQ(width_of(progress_text(p, Style{})), 109u);
}

}  // namespace
}  // namespace onhook
