// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/merge.h"

#include <gtest/gtest.h>

#include "harness/report/json_reader.h"
#include "harness/report/results.h"

namespace onhook {
namespace {

using Names = std::vector<std::string>;

OrderResult order(Names events, OrderOutcome outcome, std::uint64_t executions) {
  return {std::move(events), outcome, "", executions};
}

RunResult part(std::uint32_t number, std::uint32_t of) {
  RunResult r;
  r.scenario = "a.scn";
  r.target = "1.4.1";
  r.verdict = Verdict::holds;
  r.part = {number - 1, of};
  r.search = "strategy=dfs seed=1";
  r.inputs = "f00d";
  r.complete = true;
  r.executions = 10 * number;
  r.seconds = number;
  r.orders = {order({"a", "b"}, OrderOutcome::holds, 10 * number)};
  return r;
}

Violation violation(std::string law, std::string message, Names in_order) {
  Violation v;
  v.law = std::move(law);
  v.message = std::move(message);
  v.schedule = v.message + ".sched";
  v.order = std::move(in_order);
  return v;
}

RunResult merged(const std::vector<RunResult>& parts) {
  const Merged out = merge_results(parts);
  EXPECT_EQ(out.error, "");
  EXPECT_EQ(out.results.size(), 1u);
  return out.results.empty() ? RunResult{} : out.results[0];
}

std::string error_of(const std::vector<RunResult>& parts) { return merge_results(parts).error; }

TEST(MergeTest, CompletePartsAreACompleteWholeWhateverTheirOrder) {
  const RunResult whole = merged({part(3, 3), part(1, 3), part(2, 3)});
  EXPECT_EQ(whole.verdict, Verdict::holds);
  EXPECT_TRUE(whole.complete);
  EXPECT_EQ(whole.executions, 60u);
  EXPECT_EQ(whole.orders.at(0).executions, 60u);
  EXPECT_EQ(whole.seconds, 3);
  EXPECT_EQ(whole.part, Shard{});
}

TEST(MergeTest, OneIncompletePartTakesTheWordAway) {
  RunResult cut = part(2, 2);
  cut.complete = false;
  cut.bound = "preemption bound 2";
  const RunResult whole = merged({part(1, 2), cut});
  EXPECT_FALSE(whole.complete);
  EXPECT_EQ(whole.bound, "preemption bound 2");
  EXPECT_EQ(whole.verdict, Verdict::holds);
}

TEST(MergeTest, AMissingPartIsAFaultByName) {
  const RunResult whole = merged({part(1, 4), part(3, 4)});
  EXPECT_EQ(whole.verdict, Verdict::harness_fault);
  EXPECT_EQ(whole.fault, "part 2, 4 of 4 are missing");
  EXPECT_FALSE(whole.complete);
  EXPECT_EQ(exit_code_of({whole}), 3);
}

TEST(MergeTest, AnOrderIsInfeasibleOnlyIfItIsInEveryPart) {
  RunResult one = part(1, 2), other = part(2, 2);
  one.orders = {order({"a", "b"}, OrderOutcome::infeasible, 0),
                order({"b", "a"}, OrderOutcome::infeasible, 0)};
  other.orders = {order({"a", "b"}, OrderOutcome::infeasible, 0),
                  order({"b", "a"}, OrderOutcome::holds, 1)};
  RunResult whole = merged({one, other});
  EXPECT_EQ(whole.orders.at(0).outcome, OrderOutcome::infeasible);
  EXPECT_EQ(whole.orders.at(1).outcome, OrderOutcome::holds);
  EXPECT_EQ(whole.orders.at(1).why, "");
  other.orders[0].outcome = OrderOutcome::not_reached;
  EXPECT_EQ(merged({one, other}).orders.at(0).outcome, OrderOutcome::not_reached);
}

TEST(MergeTest, TheReasonIsThatOfAllPartsTogether) {
  RunResult one = part(1, 2), other = part(2, 2);
  for (RunResult* r : {&one, &other}) {
    r->orders = {order({"a", "b", "c"}, OrderOutcome::holds, 1),
                 order({"c", "b", "a"}, OrderOutcome::infeasible, 0)};
  }
  one.orders[1].held = {"b"};
  other.orders[1].came = {"c"};
  other.orders[1].held = {"a"};
  for (RunResult* r : {&one, &other}) r->orders[1].why = why_never(r->orders[1]);
  EXPECT_EQ(one.orders[1].why, "c never came while b was held back");
  EXPECT_EQ(merged({one, other}).orders.at(1).why, "b never came while a, b were held back");
}

TEST(MergeTest, OfEachLawTheViolationInTheEarliestOrderIsKept) {
  RunResult one = part(1, 3), two = part(2, 3), three = part(3, 3);
  for (RunResult* r : {&one, &two, &three}) {
    r->orders = {order({"a", "b"}, OrderOutcome::violated, 1),
                 order({"b", "a"}, OrderOutcome::violated, 1)};
    r->verdict = Verdict::violated;
  }
  one.violations = {violation("L", "late", {"b", "a"})};
  two.violations = {violation("M", "second", {"b", "a"}), violation("L", "early", {"a", "b"})};
  three.violations = {violation("L", "same order, later part", {"a", "b"})};
  const RunResult whole = merged({one, two, three});
  ASSERT_EQ(whole.violations.size(), 2u);
  EXPECT_EQ(whole.violations[0].message, "early");
  EXPECT_EQ(whole.violations[1].message, "second");
  EXPECT_EQ(whole.schedule, "early.sched");
  EXPECT_EQ(whole.verdict, Verdict::violated);
}

TEST(MergeTest, DigestsAddUpAndOneWithoutTakesItAway) {
  RunResult one = part(1, 2), other = part(2, 2);
  one.digest = ~std::uint64_t{0};
  other.digest = 3;
  EXPECT_EQ(merged({one, other}).digest, 2u);
  other.digest.reset();
  EXPECT_FALSE(merged({one, other}).digest.has_value());
}

TEST(MergeTest, CellsAreKeptApart) {
  RunResult other_target = part(1, 1);
  other_target.target = "1.1.2";
  const Merged out = merge_results({part(1, 2), other_target, part(2, 2)});
  ASSERT_EQ(out.results.size(), 2u);
  EXPECT_EQ(out.results[0].executions, 30u);
  EXPECT_EQ(out.results[1].target, "1.1.2");
}

TEST(MergeTest, ExecutionsThatMetABoundAreAddedUp) {
  std::vector<RunResult> parts = {part(1, 2), part(2, 2)};
  for (RunResult& p : parts) p.bounds = {200, 3};
  parts[0].hits = {12, 0};
  parts[1].hits = {1000, 1};
  parts[0].complete = parts[1].complete = false;
  const RunResult whole = merged(parts);
  EXPECT_EQ(bounds_text(whole),
            "1,012 executions cut at 200 steps, 1 execution held to 3 timeouts");
  EXPECT_FALSE(whole.complete);
}

TEST(MergeTest, WhatIsNotOneExplorationIsRefused) {
  EXPECT_EQ(error_of({part(1, 2), part(1, 2)}), "a.scn on 1.4.1: part 1 is there twice");
  EXPECT_NE(error_of({part(1, 2), part(2, 3)}), "");
  RunResult other = part(2, 2);
  other.search = "strategy=dfs seed=2";
  EXPECT_NE(error_of({part(1, 2), other}), "");
  other = part(2, 2);
  other.inputs = "cafe";
  EXPECT_NE(error_of({part(1, 2), other}), "");
}

TEST(JsonReaderTest, ReadsWhatIsWritten) {
  RunResult r = part(2, 3);
  r.digest = 0xfedcba9876543210u;
  r.bound = "seconds=3";
  r.complete = false;
  r.bounds.timeouts = 0;
  r.hits.timeouts = 7;
  r.violations = {violation("L", "seen", {"a", "b"})};
  r.violations[0].time = 1'500'000'000;
  r.orders.push_back(order({"b", "a"}, OrderOutcome::infeasible, 0));
  r.orders[1].came = {"a"};
  r.orders[1].held = {"b"};
  r.orders[1].why = why_never(r.orders[1]);
  const std::string text = results_json({r, part(1, 3)}, CampaignEnd::interrupted);
  const auto read = parse_results(text, "x.json");
  const auto* file = std::get_if<ResultsFile>(&read);
  ASSERT_NE(file, nullptr) << to_text(std::get<Diagnostic>(read));
  EXPECT_EQ(file->end, CampaignEnd::interrupted);
  EXPECT_EQ(results_json(file->results, file->end), text);
}

TEST(JsonReaderTest, NamesTheFileThatIsNoResults) {
  for (const char* text : {"", "{", "[]", "{\"format\": 2}",
                           "{\"format\": 1, \"interrupted\": false, \"results\": [{}]}"}) {
    const auto read = parse_results(text, "x.json");
    ASSERT_TRUE(std::holds_alternative<Diagnostic>(read)) << text;
    EXPECT_EQ(std::get<Diagnostic>(read).file, "x.json");
  }
}

}  // namespace
}  // namespace onhook
