// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/likeness.h"

#include <gtest/gtest.h>

namespace onhook {
namespace {

using Words = std::vector<std::string>;

/// The call ends as the client is told, and either side may have ended it.
const std::vector<ViewCount> kSimulated = {
    {{{"alice", {"requests hangup", "receives hangup"}}, {"bob", {"gets BYE"}}}, 7},
    {{{"alice", {"receives hangup"}}, {"bob", {"sends BYE"}}}, 2}};

TEST(LikenessTest, a_trace_is_like_the_executions_that_show_each_observer_the_same) {
  const std::vector<Seen> real = {
      {"bob", "gets BYE", 3}, {"alice", "requests hangup", 4}, {"alice", "receives hangup", 5}};
  const Likeness likeness = likeness_of(real, kSimulated);
  EXPECT_FALSE(likeness.divergence);
  EXPECT_EQ(likeness.executions, 7u);
}

TEST(LikenessTest, all_observers_must_be_of_one_execution) {
  const Likeness likeness =
      likeness_of({{"bob", "sends BYE", 3}, {"alice", "requests hangup", 4}}, kSimulated);
  ASSERT_TRUE(likeness.divergence);
  EXPECT_EQ(likeness.divergence->fact, 4u);
  EXPECT_EQ(likeness.divergence->observer, "alice");
  EXPECT_EQ(likeness.divergence->saw, "requests hangup");
  EXPECT_EQ(likeness.divergence->instead, Words{"receives hangup"});
}

TEST(LikenessTest, the_first_word_too_much_is_where_it_diverges) {
  const Likeness likeness = likeness_of({{"alice", "receives hangup", 1},
                                         {"bob", "sends BYE", 2},
                                         {"alice", "closes pc", 6},
                                         {"alice", "closes pc", 7}},
                                        kSimulated);
  ASSERT_TRUE(likeness.divergence);
  EXPECT_EQ(likeness.divergence->fact, 6u);
  EXPECT_EQ(likeness.divergence->instead, Words{""}) << "nothing more";
}

TEST(LikenessTest, a_trace_that_ends_early_diverges_after_its_last_word) {
  const Likeness likeness =
      likeness_of({{"alice", "requests hangup", 1}, {"bob", "gets BYE", 2}}, kSimulated);
  ASSERT_TRUE(likeness.divergence);
  EXPECT_EQ(likeness.divergence->observer, "alice");
  EXPECT_EQ(likeness.divergence->fact, 1u);
  EXPECT_EQ(likeness.divergence->saw, "");
  EXPECT_EQ(likeness.divergence->instead, Words{"receives hangup"});
}

TEST(LikenessTest, without_any_execution_nothing_is_alike) {
  const Likeness likeness = likeness_of({{"alice", "requests hangup", 1}}, {});
  ASSERT_TRUE(likeness.divergence);
  EXPECT_TRUE(likeness.divergence->instead.empty());
}

TEST(LikenessTest, what_was_never_seen_is_told_by_its_difference_to_the_nearest_trace) {
  const auto unseen = never_seen(kSimulated, {kSimulated[0].view});
  ASSERT_EQ(unseen.size(), 1u);
  EXPECT_EQ(unseen[0].executions, 2u);
  EXPECT_EQ(unseen[0].text,
            "alice: receives hangup, not requests hangup; bob: sends BYE, not gets BYE");
  EXPECT_TRUE(never_seen(kSimulated, {kSimulated[0].view, kSimulated[1].view}).empty());
}

TEST(LikenessTest, a_row_that_goes_on_is_told_by_its_next_word) {
  const auto unseen =
      never_seen({{{{"bob", {"gets BYE", "gets ACK"}}}, 1}}, {{{"bob", {"gets BYE"}}}});
  ASSERT_EQ(unseen.size(), 1u);
  EXPECT_EQ(unseen[0].text, "bob: gets ACK, not nothing more, after gets BYE");
}

}  // namespace
}  // namespace onhook
