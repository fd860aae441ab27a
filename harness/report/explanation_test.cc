// SPDX-License-Identifier: GPL-3.0-or-later
// Explanations in the report, between processes and in the results.
#include "harness/report/explanation.h"

#include <gtest/gtest.h>

#include "harness/report/explanation_json.h"
#include "harness/report/json.h"
#include "harness/report/json_reader.h"
#include "harness/report/ladder.h"
#include "harness/report/testing.h"
#include "harness/report/wire.h"

namespace onhook {
namespace {

RunResult explained_run() {
  RunResult run = testing_report::hangup_run();
  const Trace& trace = run.violations[0].trace;
  Explanation& why = run.violations[0].explanation;
  const ExplainedStep write{
      "siprtp alice",
      "writes media.has_audio",
      trace.facts[3].step,
      2'120'000'000,
      {{"janus_sip_media_cleanup", "janus_sip.c:1788"}, {"janus_sip_relay_thread", ""}}};
  const ExplainedStep read{"sip alice", "reads media.has_audio", 0, 0, {}};
  why.step = CriticalStep{write, "after it none of 12 obeys", true};
  why.pair = CriticalPair{write, read, "held back, it does no harm"};
  why.remarks = {"one thing more"};
  return run;
}

void expect_same(const Explanation& got, const Explanation& sent) {
  EXPECT_EQ(explanation_to_json(got), explanation_to_json(sent));
  ASSERT_TRUE(got.step && got.pair);
  EXPECT_EQ(got.step->at.time, sent.step->at.time);
  EXPECT_EQ(got.step->proven, sent.step->proven);
  EXPECT_EQ(got.pair->first.stack.at(1).place, "");
}

TEST(ExplanationTest, ArrivesFromAnotherProcess) {
  const RunResult sent = explained_run();
  WireReader reader;
  reader.append(to_wire(sent));
  const auto got = reader.next();
  ASSERT_TRUE(got);
  expect_same(std::get<RunResult>(*got).violations.at(0).explanation,
              sent.violations[0].explanation);
}

TEST(ExplanationTest, IsReadBackFromTheResults) {
  const RunResult sent = explained_run();
  const auto got = parse_results(results_json({sent}, CampaignEnd::finished), "results.json");
  ASSERT_TRUE(std::holds_alternative<ResultsFile>(got));
  expect_same(std::get<ResultsFile>(got).results.at(0).violations.at(0).explanation,
              sent.violations[0].explanation);
}

TEST(ExplanationTest, StandsBelowTheLawWithItsStacks) {
  const RunResult run = explained_run();
  LadderOptions options;
  options.style.width = 100;
  const std::string report = violation_report(run, run.violations[0], "x.sched", options);
  const std::string expected =
      "critical  [siprtp alice] writes media.has_audio, at 2.120000 s\n"
      "            in janus_sip_media_cleanup (janus_sip.c:1788)\n"
      "            in janus_sip_relay_thread\n"
      "          after it none of 12 obeys\n"
      "first     [siprtp alice] writes media.has_audio, at 2.120000 s\n"
      "            in janus_sip_media_cleanup (janus_sip.c:1788)\n"
      "            in janus_sip_relay_thread\n"
      "then      [sip alice] reads media.has_audio, which it never came to\n"
      "          held back, it does no harm\n"
      "note      one thing more\n"
      "onhook replay x.sched\n";
  EXPECT_TRUE(report.ends_with(expected)) << report;
}

TEST(ExplanationTest, MarksTheCriticalStepInTheLadder) {
  const RunResult run = explained_run();
  LadderOptions options;
  const std::string report = violation_report(run, run.violations[0], "", options);
  const std::size_t mark = report.find("  <== critical");
  ASSERT_NE(mark, std::string::npos) << report;
  EXPECT_EQ(report.find("  <== critical", mark + 1), std::string::npos) << "one row only";
}

TEST(ExplanationTest, IsAbsentWhereNobodyLookedForOne) {
  const RunResult run = testing_report::hangup_run();
  const std::string report = violation_report(run, run.violations[0], "x.sched", {});
  EXPECT_EQ(report.find("critical"), std::string::npos);
  EXPECT_EQ(report.find("\nnote "), std::string::npos);
}

}  // namespace
}  // namespace onhook
