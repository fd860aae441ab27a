// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/table_judge.h"

#include <gtest/gtest.h>

#include "harness/race/testing.h"

namespace onhook {
namespace {

using enum TableAct;
using testing_race::Play;

constexpr std::uintptr_t kTable = 0x7000'0100;
constexpr std::uintptr_t kHead = 0x7000'0200;
constexpr std::uintptr_t kNewHead = 0x7000'0300;
constexpr ObjectId kMutex = 0x7000'0400;
constexpr ObjectId kOther = 0x7000'0500;
constexpr ObjectId kQueue = 0x7000'0600;

class TableJudgeTest : public ::testing::Test {
 protected:
  void with(ObjectId mutex, const Thread& t, TableAct act) {
    play.lock(t, mutex);
    play.table(t, kTable, act);
    play.unlock(t, mutex);
  }
  /// The table is known to all.
  void share() {
    with(kMutex, a, changes);
    with(kMutex, b, changes);
  }

  Play play{"tables"};
  Thread& a = play.spawn(play.main(), "a");
  Thread& b = play.spawn(play.main(), "b");
};

TEST_F(TableJudgeTest, one_mutex_around_all_is_right) {
  share();
  with(kMutex, a, reads);
  with(kMutex, b, ends);
  EXPECT_EQ(play.found(), "");
}

TEST_F(TableJudgeTest, a_change_without_the_mutex_is_told_though_the_mutex_kept_them_apart) {
  share();
  with(kMutex, a, reads);
  with(kMutex, b, reads);
  play.table(b, kTable, changes);
  EXPECT_EQ(play.found(), "LOCK: a reads it by call(); b changes it by call()");
  EXPECT_EQ(play.judges.findings().front().message,
            "a table is touched without the mutex that elsewhere protects it");
}

TEST_F(TableJudgeTest, another_mutex_is_none) {
  share();
  with(kOther, a, changes);
  EXPECT_EQ(play.found(), "LOCK: b changes it by call(); a changes it by call()");
}

TEST_F(TableJudgeTest, two_that_read_need_no_mutex) {
  play.table(a, kTable, reads);
  play.table(b, kTable, reads);
  EXPECT_EQ(play.found(), "");
}

TEST_F(TableJudgeTest, what_its_maker_did_before_anybody_else_came_needs_none) {
  play.table(a, kTable, changes);
  with(kMutex, a, changes);
  with(kMutex, b, changes);
  EXPECT_EQ(play.found(), "");
}

TEST_F(TableJudgeTest, but_its_maker_has_to_hand_it_out) {
  play.table(a, kTable, changes);
  with(kMutex, b, changes);
  EXPECT_EQ(play.found(), "LOCK: a changes it by call(); b changes it by call()");
}

TEST_F(TableJudgeTest, a_queue_hands_over_what_needs_no_mutex) {
  share();
  with(kMutex, a, changes);
  play.gives(a, kQueue);
  play.takes(b, kQueue);
  play.table(b, kTable, changes);
  EXPECT_EQ(play.found(), "");
}

TEST_F(TableJudgeTest, its_end_may_be_ordered_by_a_mutex) {
  share();
  play.lock(a, kMutex);
  play.unlock(a, kMutex);
  play.table(a, kTable, ends);
  EXPECT_EQ(play.found(), "");
}

TEST_F(TableJudgeTest, a_list_is_the_same_when_its_head_changes) {
  const auto append = [&](Thread& t, std::uintptr_t from, std::uintptr_t to) {
    play.table(t, from, changes, TableKind::list);
    play.judges.on_list_moved(t, from, to);
  };
  append(a, 0, kHead);
  append(a, kHead, kNewHead);
  append(b, kNewHead, kNewHead);
  EXPECT_EQ(play.found(), "LOCK: a changes it by call(); b changes it by call()");
}

TEST_F(TableJudgeTest, an_execution_knows_nothing_of_the_one_before_but_of_the_set_up) {
  with(kMutex, a, changes);
  play.race_begins();
  play.again();
  with(kMutex, b, changes);
  play.again();
  play.table(b, kTable, changes);
  EXPECT_EQ(play.found(), "LOCK: a changes it by call(); b changes it by call()");
}

}  // namespace
}  // namespace onhook
