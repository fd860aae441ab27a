// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/judged_traces.h"

#include <gtest/gtest.h>

namespace onhook {
namespace {

Trace two_facts() {
  return {{{"sip handler", "", 0}, {"siprtp alice", "relay", 1}},
          {{3, 0, 5, 1, 2, 3}, {4, 1, 6, 1, 4, 0}}};
}

TEST(JudgedTraces, know_a_trace_again_whatever_its_steps) {
  JudgedTraces judged;
  Trace trace = two_facts();
  EXPECT_FALSE(judged.has(trace));
  judged.add(trace);
  trace.facts[1].step = 77;
  EXPECT_TRUE(judged.has(trace));
}

TEST(JudgedTraces, tell_apart_what_laws_can_tell_apart) {
  JudgedTraces judged;
  ASSERT_FALSE(judged.has(two_facts()));
  judged.add(two_facts());
  std::vector<Trace> others(9, two_facts());
  others[0].facts[0].time = 6;
  others[1].facts[1].verb = 9;
  others[2].facts[0].detail = 9;
  others[3].facts[1].actor = 9;
  others[4].facts[1].thread = 0;
  others[5].facts.pop_back();
  others[6].lanes[1].role = "handler";
  others[7].lanes[0].name = "";
  others[8].lanes[1].number = 2;
  for (const Trace& other : others) EXPECT_FALSE(judged.has(other)) << to_text(other);
}

TEST(JudgedTraces, do_not_take_an_empty_trace_for_known) {
  JudgedTraces judged;
  EXPECT_FALSE(judged.has({}));
}

}  // namespace
}  // namespace onhook
