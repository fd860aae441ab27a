// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/wire.h"

#include <gtest/gtest.h>

#include "harness/report/testing.h"

namespace onhook {
namespace {

std::vector<CellMessage> read_in_pieces(std::string_view bytes, std::size_t piece) {
  WireReader reader;
  std::vector<CellMessage> out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    reader.append(bytes.substr(0, piece));
    while (auto message = reader.next()) out.push_back(std::move(*message));
  }
  EXPECT_FALSE(reader.broken());
  return out;
}

TEST(WireTest, AResultArrivesWithItsTraces) {
  RunResult sent = testing_report::hangup_run();
  sent.bounds.steps = 200;
  sent.hits = {12, 3};
  sent.orders.at(0).views = {{{{"alice", {"requests hangup"}}, {"bob", {"gets BYE"}}}, 5}};
  const auto got = read_in_pieces(to_wire(sent), 1 << 20);
  ASSERT_EQ(got.size(), 1u);
  const auto& r = std::get<RunResult>(got[0]);
  EXPECT_EQ(r.scenario, sent.scenario);
  EXPECT_EQ(r.target, sent.target);
  EXPECT_EQ(r.verdict, sent.verdict);
  EXPECT_EQ(r.executions, sent.executions);
  EXPECT_EQ(r.complete, sent.complete);
  EXPECT_EQ(r.bound, sent.bound);
  EXPECT_EQ(r.bounds, sent.bounds);
  EXPECT_EQ(r.hits, sent.hits);
  EXPECT_EQ(r.seconds, sent.seconds);
  EXPECT_EQ(r.schedule, sent.schedule);
  EXPECT_EQ(r.fault, sent.fault);
  ASSERT_EQ(r.violations.size(), 1u);
  EXPECT_EQ(r.violations[0].law, sent.violations[0].law);
  EXPECT_EQ(r.violations[0].message, sent.violations[0].message);
  EXPECT_EQ(r.violations[0].fact, sent.violations[0].fact);
  EXPECT_EQ(r.violations[0].schedule, sent.violations[0].schedule);
  EXPECT_EQ(r.violations[0].trace.facts, sent.violations[0].trace.facts);
  EXPECT_EQ(to_text(r.violations[0].trace), to_text(sent.violations[0].trace));
  EXPECT_EQ(r.violations[0].trace.lanes.at(4).role, "janus_sip_relay_thread");
  ASSERT_EQ(r.orders.size(), sent.orders.size());
  for (std::size_t i = 0; i < r.orders.size(); ++i) {
    EXPECT_EQ(r.orders[i].events, sent.orders[i].events);
    EXPECT_EQ(r.orders[i].outcome, sent.orders[i].outcome);
    EXPECT_EQ(r.orders[i].why, sent.orders[i].why);
    EXPECT_EQ(r.orders[i].executions, sent.orders[i].executions);
    ASSERT_EQ(r.orders[i].views.size(), sent.orders[i].views.size());
  }
  EXPECT_EQ(r.orders[0].views[0].view, sent.orders[0].views[0].view);
  EXPECT_EQ(r.orders[0].views[0].executions, 5u);
}

TEST(WireTest, MessagesArriveInOrderHoweverTheBytesAreCut) {
  const Progress progress{Phase::exploring, 77, "a, b"};
  const Violation violation = testing_report::hangup_run().violations[0];
  const std::string bytes = to_wire(progress) + to_wire(FoundViolation{violation, "x.sched"}) +
                            to_wire(testing_report::hangup_run());
  for (std::size_t piece : {1, 3, 1000}) {
    const auto got = read_in_pieces(bytes, piece);
    ASSERT_EQ(got.size(), 3u);
    EXPECT_EQ(std::get<Progress>(got[0]), progress);
    EXPECT_EQ(std::get<FoundViolation>(got[1]).schedule, "x.sched");
    EXPECT_EQ(std::get<RunResult>(got[2]).verdict, Verdict::violated);
  }
}

TEST(WireTest, BytesThatAreNoUtf8ArriveAsTheyAre) {
  RunResult sent;
  sent.fault = "\xff\x00\xfe";
  sent.fault += std::string("\0x", 2);
  const auto got = read_in_pieces(to_wire(sent), 64);
  EXPECT_EQ(std::get<RunResult>(got.at(0)).fault, sent.fault);
}

TEST(WireTest, WhatIsNoMessageBreaksTheReaderAndNothingElse) {
  for (const std::string& bytes :
       {std::string("\xff\xff\xff\xff"), std::string("\x02\0\0\0zz", 6),
        std::string("\x01\0\0\0\xa0", 5), std::string("\x01\0\0\0\x80", 5)}) {
    WireReader reader;
    reader.append(bytes);
    EXPECT_EQ(reader.next(), std::nullopt);
    EXPECT_TRUE(reader.broken());
  }
}

}  // namespace
}  // namespace onhook
