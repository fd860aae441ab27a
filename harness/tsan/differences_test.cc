// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/tsan/differences.h"

#include <gtest/gtest.h>

namespace onhook {
namespace {

ComparedRace race(bool ours, bool libtsans, bool agrees = false) {
  ComparedRace race;
  if (ours) race.ours.emplace();
  if (libtsans) race.libtsans.emplace();
  race.agrees = agrees;
  return race;
}

TEST(Differences, a_race_of_one_detector_is_a_difference) {
  EXPECT_EQ(difference_of(race(true, true)), Difference::none);
  EXPECT_EQ(difference_of(race(true, true, true)), Difference::none);
  EXPECT_EQ(difference_of(race(false, true)), Difference::only_libtsan);
  EXPECT_EQ(difference_of(race(true, false, false)), Difference::ordered);
}

TEST(Differences, libtsan_agrees_and_something_says_what_it_lost) {
  ComparedRace lost = race(true, false, true);
  EXPECT_EQ(difference_of(lost), Difference::lost);
  lost.crowd = 5;
  EXPECT_EQ(difference_of(lost), Difference::lost);
  lost.between = 1;
  EXPECT_EQ(difference_of(lost), Difference::pushed_out);
  lost.one_only = true;
  EXPECT_EQ(difference_of(lost), Difference::one_only);
  lost.earlier_raced = true;
  EXPECT_EQ(difference_of(lost), Difference::not_kept);
}

TEST(Differences, what_is_asked_and_accounted_for_explains_itself) {
  for (const Difference d : {Difference::none, Difference::not_kept, Difference::one_only,
                             Difference::looked_at, Difference::pushed_out}) {
    EXPECT_FALSE(needs_reason(d)) << word_of(d);
  }
  for (const Difference d : {Difference::only_libtsan, Difference::lost, Difference::ordered}) {
    EXPECT_TRUE(needs_reason(d)) << word_of(d);
  }
}

TEST(Differences, a_race_goes_through_a_pipe_unchanged) {
  NamedRace sent{Difference::pushed_out, "RACE of a and b on x", "x (global)",
                 "worker writes 4 bytes in a() f.c:3", "main reads 4 bytes in b() f.c:9"};
  EXPECT_EQ(race_of_line(to_line(sent)), sent);
}

}  // namespace
}  // namespace onhook
