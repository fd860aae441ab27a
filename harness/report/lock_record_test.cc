// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/lock_record.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/report/json.h"
#include "harness/report/json_reader.h"
#include "harness/report/merge.h"
#include "harness/report/wire.h"
#include "harness/trace/schedule.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kPay = 0xfedc'ba98'7654'3210;  // as wide as a key is
constexpr std::uint64_t kRotate = 2;
constexpr std::uint64_t kThird = 3;

RecordedLock lock(const std::string& name, bool is_shared = false) {
  return {name + " +0x10", name, is_shared};
}

JudgedDeed deed(const std::string& thread, const std::string& what) {
  JudgedDeed out;
  out.at.thread = thread;
  out.at.what = what;
  out.at.stack = {{"f_" + thread, thread + ".c:7"}};
  return out;
}

std::string a_schedule(const std::string& target) {
  Schedule schedule;
  schedule.scenario = "a.scn";
  schedule.target = target;
  schedule.trace_hash = "f00d";
  schedule.choices = {ThreadChoice{1}};
  return to_text(schedule);
}

/// Each in an execution of its own, unless another one is `beside` it.
class Record {
 public:
  Record& edge(std::uint64_t thread, const std::string& held, const std::string& wanted,
               std::vector<RecordedLock> gates = {}) {
    RecordedEdge edge;
    edge.thread = thread;
    edge.held = lock(held);
    edge.wanted = lock(wanted);
    edge.gates = std::move(gates);
    edge.gates.push_back(edge.held);
    edge.object = held;
    edge.address = held.front();
    const std::string name = thread == kPay ? "pay" : thread == kRotate ? "rotate" : "third";
    edge.locks = deed(name, "locks " + held);
    edge.then_locks = deed(name, "then locks " + wanted);
    edge.run = record.runs.size();
    record.runs.push_back({a_schedule(name), {}});
    record.edges.push_back(std::move(edge));
    return *this;
  }
  RecordedEdge& last() { return record.edges.back(); }
  Record& beside(std::size_t other) {
    record.together.insert({other, record.edges.size() - 1});
    return *this;
  }
  Record& at_once(std::size_t other) {
    record.at_once.insert({other, record.edges.size() - 1});
    return beside(other);
  }

  /// "pay locks a; pay then locks b; ...", one inversion a line.
  std::string found() const {
    std::string text;
    for (const InversionAcross& inversion : inversions_across(record)) {
      if (!text.empty()) text += '\n';
      for (const JudgedDeed& deed : inversion.violation.judgement->deeds) {
        text += deed.at.thread + " " + deed.at.what + "; ";
      }
      text.resize(text.size() - 2);
    }
    return text;
  }

  LockRecord record;
};

Record opposite() {
  Record out;
  out.edge(kPay, "a", "b").edge(kRotate, "b", "a");
  return out;
}

TEST(LockRecordTest, opposite_orders_of_two_executions_are_an_inversion) {
  const Record record = opposite();
  EXPECT_EQ(record.found(), "pay locks a; pay then locks b; rotate locks b; rotate then locks a");
  const Violation violation = inversions_across(record.record).at(0).violation;
  EXPECT_EQ(violation.law, "LOCK");
  EXPECT_EQ(violation.judgement->object, "a");
  EXPECT_EQ(violation.cause(), "LOCK of f_pay and f_pay and f_rotate and f_rotate on a");
}

TEST(LockRecordTest, one_order_is_none) {
  Record record;
  record.edge(kPay, "a", "b").edge(kRotate, "a", "b").edge(kThird, "b", "c");
  EXPECT_EQ(record.found(), "");
}

TEST(LockRecordTest, one_thread_alone_is_none) {
  Record record;
  record.edge(kPay, "a", "b").edge(kPay, "b", "a");
  EXPECT_EQ(record.found(), "");
}

TEST(LockRecordTest, a_gate_around_both_is_none_unless_both_only_read_it) {
  for (const bool is_shared : {false, true}) {
    Record record;
    record.edge(kPay, "a", "b", {lock("gate", is_shared)});
    record.edge(kRotate, "b", "a", {lock("gate", is_shared)});
    EXPECT_EQ(record.found().empty(), !is_shared);
  }
  Record one_sided;
  one_sided.edge(kPay, "a", "b", {lock("gate")}).edge(kRotate, "b", "a");
  EXPECT_NE(one_sided.found(), "");
}

TEST(LockRecordTest, readers_do_not_wait_for_readers) {
  Record record = opposite();
  record.record.edges[0].wanted.is_shared = true;
  EXPECT_NE(record.found(), "");
  record.record.edges[1].held.is_shared = true;
  EXPECT_EQ(record.found(), "");
}

TEST(LockRecordTest, locks_of_one_name_are_two_locks) {
  Record record = opposite();
  record.record.edges[1].held.id = "b +0x20";
  EXPECT_EQ(record.found(), "");
}

TEST(LockRecordTest, what_one_execution_showed_its_judge_has_told) {
  Record ordered, at_once;
  ordered.edge(kPay, "a", "b").edge(kRotate, "b", "a").beside(0);
  EXPECT_EQ(ordered.found(), "");
  at_once.edge(kPay, "a", "b").edge(kRotate, "b", "a").at_once(0);
  EXPECT_EQ(at_once.found(), "");
}

TEST(LockRecordTest, what_always_comes_after_the_others_end_is_apart) {
  Record record = opposite();
  record.last().apart = {kPay};
  EXPECT_EQ(record.found(), "");
  record.last().met = {kPay};  // in another execution
  EXPECT_NE(record.found(), "");
  record.last().met = {};
  record.last().apart = {kThird};
  EXPECT_NE(record.found(), "");
}

TEST(LockRecordTest, three_go_round_in_a_circle_if_any_two_can_meet) {
  Record apart, ordered, met;
  apart.edge(kPay, "a", "b").edge(kRotate, "b", "c").edge(kThird, "c", "a");
  EXPECT_EQ(apart.found(),
            "pay locks a; pay then locks b; rotate locks b; rotate then locks c; "
            "third locks c; third then locks a");
  ordered.edge(kPay, "a", "b").edge(kRotate, "b", "c").beside(0).edge(kThird, "c", "a");
  EXPECT_EQ(ordered.found(), "");
  met.edge(kPay, "a", "b").edge(kRotate, "b", "c").at_once(0).edge(kThird, "c", "a");
  EXPECT_NE(met.found(), "");
}

TEST(LockRecordTest, one_root_cause_is_one_inversion) {
  Record record = opposite();
  record.edge(kRotate, "b", "a");
  record.last().then_locks.at.stack.front().place = "rotate.c:9";
  EXPECT_EQ(inversions_across(record.record).size(), 1u);
}

RunResult result_with(const Record& record) {
  RunResult out;
  out.scenario = "a.scn";
  out.verdict = Verdict::holds;
  out.lock_record = record.record;
  return out;
}

TEST(LockRecordTest, a_complete_search_refutes_it) {
  RunResult result = result_with(opposite());
  result.complete = true;
  EXPECT_FALSE(add_inversions_across(result, {}));
  EXPECT_EQ(result.verdict, Verdict::holds);
  result = result_with(opposite());
  EXPECT_FALSE(add_inversions_across(result, {}));
  EXPECT_EQ(result.verdict, Verdict::violated);
  EXPECT_EQ(result.violations.size(), 1u);
}

TEST(LockRecordTest, what_an_execution_shows_by_itself_is_not_told_twice) {
  RunResult result = result_with(opposite());
  result.violations.push_back(inversions_across(opposite().record).at(0).violation);
  EXPECT_FALSE(add_inversions_across(result, {}));
  EXPECT_EQ(result.violations.size(), 1u);
}

TEST(LockRecordTest, what_is_suppressed_is_counted_and_left_out) {
  RunResult result = result_with(opposite());
  const std::vector<Suppression> known = {
      {"RACE", {}, "a", "another law"},
      {"LOCK", {"f_pay", "f_rotate"}, "a", "known"},
  };
  EXPECT_FALSE(add_inversions_across(result, known));
  EXPECT_EQ(result.verdict, Verdict::holds);
  EXPECT_EQ(result.suppressed, (std::vector<std::uint64_t>{0, 1}));
}

TEST(LockRecordTest, each_edge_has_a_schedule_that_says_what_it_shows) {
  const fs::path folder = fs::path(::testing::TempDir()) / "lock_record" / "out";
  fs::remove_all(folder.parent_path());
  RunResult result = result_with(opposite());
  result.lock_record.files = "elsewhere/a";
  EXPECT_FALSE(add_inversions_across(result, {}, folder.string()));
  const std::vector<JudgedDeed>& deeds = result.violations.at(0).judgement->deeds;
  ASSERT_EQ(deeds.size(), 4u);
  EXPECT_EQ(deeds[1].schedule, (folder / "a.across1-1.sched").string());
  EXPECT_EQ(deeds[3].schedule, (folder / "a.across1-2.sched").string());
  for (const auto& [path, target, shows] :
       {std::tuple{deeds[1].schedule, "pay", "[pay] a, then b"},
        std::tuple{deeds[3].schedule, "rotate", "[rotate] b, then a"}}) {
    const auto read = read_schedule(path);
    ASSERT_TRUE(std::holds_alternative<Schedule>(read));
    EXPECT_EQ(std::get<Schedule>(read).target, target);  // which stands for the execution here
    EXPECT_EQ(std::get<Schedule>(read).shows, shows);
  }
}

RunResult part(std::uint32_t number, const Record& record) {
  RunResult out = result_with(record);
  out.part = {number - 1, 2};
  out.search = "dfs";
  return out;
}

TEST(LockRecordTest, parts_show_together_what_none_shows_alone) {
  Record first, second;
  first.edge(kThird, "x", "y").edge(kPay, "a", "b");
  second.edge(kRotate, "b", "a").edge(kThird, "x", "y");
  RunResult whole = merge_parts({part(1, first), part(2, second)});
  EXPECT_EQ(whole.lock_record.edges.size(), 3u);
  EXPECT_FALSE(add_inversions_across(whole, {}));
  ASSERT_EQ(whole.violations.size(), 1u);
  EXPECT_EQ(whole.violations[0].cause(), "LOCK of f_pay and f_pay and f_rotate and f_rotate on a");
}

TEST(LockRecordTest, one_part_may_know_that_two_edges_exclude_each_other) {
  Record alone, together;
  alone.edge(kPay, "a", "b");
  together.edge(kRotate, "b", "a").edge(kPay, "a", "b").beside(0);
  RunResult whole = merge_parts({part(1, alone), part(2, together)});
  EXPECT_EQ(whole.lock_record.edges.size(), 2u);
  EXPECT_FALSE(add_inversions_across(whole, {}));
  EXPECT_TRUE(whole.violations.empty());
}

TEST(LockRecordTest, a_part_that_is_missing_may_know_it_too) {
  RunResult whole = merge_parts({part(1, opposite())});
  EXPECT_NE(whole.fault, "");
  EXPECT_FALSE(add_inversions_across(whole, {}));
  EXPECT_TRUE(whole.violations.empty());
}

/// All that is kept of it, as text.
std::string text_of(const LockRecord& record) {
  RunResult one;
  one.part = {0, 2};
  one.lock_record = record;
  return results_json({one}, CampaignEnd::finished);
}

TEST(LockRecordTest, it_survives_the_wire_and_the_results_of_a_part) {
  Record record = opposite();
  record.last().apart = {kPay};
  record.last().met = {kThird};
  record.edge(kThird, "c", "a", {lock("gate", true)}).at_once(0).beside(1);
  record.record.runs[0].lanes = {{"pay", "pay_thread"}};
  record.record.files = "out/a";
  WireReader reader;
  reader.append(to_wire(part(1, record)));
  const auto sent = reader.next();
  ASSERT_TRUE(sent && std::holds_alternative<RunResult>(*sent));
  EXPECT_EQ(text_of(std::get<RunResult>(*sent).lock_record), text_of(record.record));
  const auto read = parse_results(text_of(record.record), "part.json");
  ASSERT_TRUE(std::holds_alternative<ResultsFile>(read));
  const LockRecord& back = std::get<ResultsFile>(read).results.at(0).lock_record;
  EXPECT_EQ(back.edges.at(0).thread, kPay);
  EXPECT_EQ(text_of(back), text_of(record.record));
}

TEST(LockRecordTest, results_of_what_is_not_there_are_refused) {
  Record record = opposite();
  record.last().run = 7;
  const auto read = parse_results(text_of(record.record), "part.json");
  EXPECT_TRUE(std::holds_alternative<Diagnostic>(read));
}

}  // namespace
}  // namespace onhook
