// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/trace_file.h"

#include <gtest/gtest.h>

#include "harness/base/strings.h"

namespace onhook {
namespace {

ObservedTrace a_trace() {
  ObservedTrace observed{"keeps_pc", "9f", "1.4.1+hangup_guard", 1, {}};
  observed.trace.lanes = {{"alice", "", 0}, {"siprtp alice", "janus_sip_relay_thread", 2}};
  observed.trace.facts = {{0, 0, 5, intern("alice"), intern("requests"), intern("hangup")},
                          {1, 1, 7, 0, intern("exits"), 0}};
  return observed;
}

TEST(TraceFileTest, WhatIsWrittenIsReadAgain) {
  const ObservedTrace written = a_trace();
  const auto read = parse_trace_lines(trace_lines(written), "t.jsonl");
  ASSERT_TRUE(std::holds_alternative<ObservedTrace>(read));
  const auto& again = std::get<ObservedTrace>(read);
  EXPECT_EQ(again.scenario, "keeps_pc");
  EXPECT_EQ(again.target, "1.4.1+hangup_guard");
  EXPECT_EQ(again.race_begins, 1u);
  EXPECT_EQ(to_text(again.trace), to_text(written.trace));
  EXPECT_EQ(again.trace.lanes.at(1).role, "janus_sip_relay_thread");
  EXPECT_EQ(again.trace.lanes.at(1).number, 2u);
}

TEST(TraceFileTest, RefusesWhatIsNoTrace) {
  const auto message = [](const std::string& text) {
    const auto read = parse_trace_lines(text, "t.jsonl");
    return std::holds_alternative<Diagnostic>(read) ? to_text(std::get<Diagnostic>(read)) : "";
  };
  EXPECT_EQ(message(""), "t.jsonl: error: the trace is empty\n");
  std::string other = trace_lines(a_trace());
  other.replace(other.find(":1"), 2, ":2");
  EXPECT_NE(message(other).find("only version 1"), std::string::npos);
  const std::string whole = trace_lines(a_trace());
  EXPECT_NE(message(whole.substr(0, whole.size() - 9)).find("t.jsonl:3:"), std::string::npos);
  EXPECT_NE(message(whole.substr(0, whole.find('\n'))).find("ends before"), std::string::npos);
}

}  // namespace
}  // namespace onhook
