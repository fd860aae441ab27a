// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/lock_judge.h"

#include <gtest/gtest.h>

#include "harness/race/testing.h"

namespace onhook {
namespace {

using testing_race::Play;

constexpr ObjectId kA = 0x7000'0100;
constexpr ObjectId kB = 0x7000'0200;
constexpr ObjectId kC = 0x7000'0300;
constexpr ObjectId kGate = 0x7000'0400;

class LockJudgeTest : public ::testing::Test {
 protected:
  void lock(Thread& t, std::initializer_list<ObjectId> locks) {
    for (const ObjectId l : locks) {
      play.request(t, l);
      play.lock(t, l);
    }
  }
  void unlock(Thread& t, std::initializer_list<ObjectId> locks) {
    for (const ObjectId l : locks) play.unlock(t, l);
  }
  /// One inside the other, and back.
  void nest(Thread& t, std::initializer_list<ObjectId> locks) {
    lock(t, locks);
    for (auto l = std::rbegin(locks); l != std::rend(locks); ++l) play.unlock(t, *l);
  }

  /// Other code calls it, or it returns there.
  static void call(Thread& t, std::uintptr_t site) {
    t.calls.push_back(site);
    t.call_sites.push_back(site);
    ++t.calls_version;
  }
  void leave(Thread& t) {
    const std::uintptr_t site = t.call_sites.back();
    t.calls.pop_back();
    t.call_sites.pop_back();
    ++t.calls_version;
    play.judges.on_return(t, site);
  }

  Play play{"lock"};
  Thread& a = play.spawn(play.main(), "a");
  Thread& b = play.spawn(play.main(), "b");
  Thread& c = play.spawn(play.main(), "c");
};

TEST_F(LockJudgeTest, opposite_orders_are_told_though_nobody_waits) {
  nest(a, {kA, kB});
  nest(b, {kB, kA});
  EXPECT_EQ(play.found(), "LOCK: a locks; a then locks; b locks; b then locks");
}

TEST_F(LockJudgeTest, one_order_is_none_however_often_and_by_whom) {
  nest(a, {kA, kB, kC});
  nest(b, {kA, kC});
  nest(b, {kB, kC});
  nest(a, {kA, kB});
  EXPECT_EQ(play.found(), "");
}

TEST_F(LockJudgeTest, one_thread_does_not_wait_for_itself) {
  nest(a, {kA, kB});
  nest(a, {kB, kA});
  EXPECT_EQ(play.found(), "");
}

TEST_F(LockJudgeTest, a_gate_keeps_two_apart) {
  nest(a, {kGate, kA, kB});
  nest(b, {kGate, kB, kA});
  EXPECT_EQ(play.found(), "");
}

TEST_F(LockJudgeTest, a_gate_that_both_only_read_does_not) {
  for (Thread* t : {&a, &b}) play.lock(*t, kGate, LockMode::shared);
  nest(a, {kA, kB});
  nest(b, {kB, kA});
  EXPECT_NE(play.found(), "");
}

TEST_F(LockJudgeTest, what_comes_after_the_other_has_ended_is_apart) {
  nest(a, {kA, kB});
  play.exit(a);
  play.join(b, a);
  nest(b, {kB, kA});
  EXPECT_EQ(play.found(), "");
}

TEST_F(LockJudgeTest, a_message_between_them_keeps_two_apart_and_so_does_another_lock) {
  nest(a, {kA, kB});
  play.gives(a, 77);
  play.takes(b, 77);
  nest(b, {kB, kA});
  nest(c, {kC});
  EXPECT_EQ(play.found(), "");
  nest(a, {kB, kC});
  lock(a, {kGate});
  unlock(a, {kGate});
  lock(c, {kGate});
  unlock(c, {kGate});
  nest(c, {kC, kB});
  EXPECT_EQ(play.found(), "");
}

TEST_F(LockJudgeTest, three_go_round_in_a_circle) {
  nest(a, {kA, kB});
  nest(b, {kB, kC});
  EXPECT_EQ(play.found(), "");
  nest(c, {kC, kA});
  EXPECT_EQ(play.found(),
            "LOCK: a locks; a then locks; b locks; b then locks; c locks; c then locks");
}

TEST_F(LockJudgeTest, readers_do_not_wait_for_readers) {
  const auto nest_reading = [&](Thread& t, ObjectId first, ObjectId second) {
    for (const ObjectId l : {first, second}) {
      play.request(t, l, LockMode::shared);
      play.lock(t, l, LockMode::shared);
    }
    for (const ObjectId l : {second, first}) play.unlock(t, l, LockMode::shared);
  };
  nest_reading(a, kA, kB);
  nest_reading(b, kB, kA);
  EXPECT_EQ(play.found(), "");
  play.request(a, kA, LockMode::shared);
  play.lock(a, kA, LockMode::shared);
  play.request(a, kA, LockMode::shared);
  play.judges.on_execution_ends(End::quiescent);
  EXPECT_EQ(play.found(), "");
}

TEST_F(LockJudgeTest, a_circle_over_a_read_write_lock_needs_one_who_writes) {
  const auto nest_as = [&](Thread& t, ObjectId first, LockMode first_mode, ObjectId second,
                           LockMode second_mode) {
    play.request(t, first, first_mode);
    play.lock(t, first, first_mode);
    play.request(t, second, second_mode);
    play.lock(t, second, second_mode);
    play.unlock(t, second, second_mode);
    play.unlock(t, first, first_mode);
  };
  constexpr LockMode kRead = LockMode::shared, kWrite = LockMode::exclusive;
  nest_as(a, kA, kRead, kB, kWrite);
  nest_as(b, kB, kWrite, kA, kRead);
  EXPECT_EQ(play.found(), "");
  nest_as(c, kB, kWrite, kA, kWrite);
  EXPECT_EQ(play.found(), "LOCK: a locks; a then locks; c locks; c then locks");
}

TEST_F(LockJudgeTest, a_deadlock_over_a_read_write_lock_names_its_circle) {
  play.race_begins();
  play.lock(a, kA, LockMode::shared);
  lock(b, {kB});
  play.stuck(a, OpKind::lock, kB);
  play.stuck(b, OpKind::lock, kA);
  play.judges.on_execution_ends(End::lock_circle);
  EXPECT_EQ(play.found(), "LOCK: b locks; a waits for; a locks; b waits for");
  play.again();
  play.lock(a, kA);
  lock(b, {kB});
  play.stuck(a, OpKind::lock, kB);
  play.stuck(b, OpKind::read_lock, kA);
  play.judges.on_execution_ends(End::lock_circle);
  EXPECT_EQ(play.found(), "LOCK: b locks; a waits for; a locks; b waits for");
}

TEST_F(LockJudgeTest, a_wait_that_ends_by_itself_is_no_danger) {
  nest(a, {kA, kB});
  lock(b, {kB});
  play.request(b, kA, LockMode::exclusive, true);
  play.request(b, kB, LockMode::exclusive, true);
  play.judges.on_execution_ends(End::quiescent);
  EXPECT_EQ(play.found(), "");
}

TEST_F(LockJudgeTest, waiting_for_oneself_is_told_once) {
  lock(a, {kA});
  play.request(a, kA);
  play.judges.on_execution_ends(End::settled);
  EXPECT_EQ(play.found(), "LOCK: a locks; a waits for");
}

TEST_F(LockJudgeTest, a_mutex_as_a_semaphore_is_told_of_the_unlock_alone) {
  lock(a, {kA});
  play.request(a, kA);
  play.unlock(b, kA);
  play.lock(a, kA);
  play.judges.on_execution_ends(End::quiescent);
  EXPECT_EQ(play.found(), "LOCK: a locks; b unlocks");
}

TEST_F(LockJudgeTest, unlocking_what_one_does_not_hold_is_told) {
  lock(a, {kA});
  play.unlock(b, kA);
  EXPECT_EQ(play.found(), "LOCK: a locks; b unlocks");
  play.unlock(b, kA);
  EXPECT_EQ(play.found(), "LOCK: a locks; b unlocks\nLOCK: b unlocks");
}

TEST_F(LockJudgeTest, a_refused_unlock_leaves_the_lock_with_its_holder) {
  lock(a, {kA});
  play.judges.on_refused_unlock(b, {kA});
  EXPECT_EQ(play.found(), "LOCK: a locks; b unlocks");
  play.unlock(a, kA);
  EXPECT_EQ(play.judges.findings().size(), 1u);
}

TEST_F(LockJudgeTest, ending_or_returning_with_a_lock_is_told_once) {
  call(a, 1);
  lock(a, {kA});
  leave(a);
  EXPECT_EQ(play.found(), "LOCK: a locks; a returns and still holds");
  play.exit(a);
  EXPECT_EQ(play.judges.findings().size(), 1u);
  lock(b, {kB});
  play.exit(b);
  EXPECT_EQ(play.judges.findings().size(), 2u);
}

TEST_F(LockJudgeTest, what_a_caller_locked_it_may_keep) {
  lock(a, {kA});  // in no function of the code under test
  call(a, 1);
  leave(a);
  EXPECT_EQ(play.found(), "");
}

TEST_F(LockJudgeTest, a_nested_call_may_not_return_with_what_it_locked_itself) {
  call(a, 1);
  lock(a, {kA});
  call(a, 2);
  leave(a);
  EXPECT_EQ(play.found(), "");
  call(a, 2);
  lock(a, {kB});
  leave(a);
  EXPECT_EQ(play.found(), "LOCK: a locks; a returns and still holds");
  EXPECT_EQ(play.judges.findings().front().object, kB);
}

TEST_F(LockJudgeTest, a_deadlock_names_its_circle) {
  lock(a, {kA});
  lock(b, {kB});
  play.request(a, kB);
  play.request(b, kA);
  play.stuck(play.main(), OpKind::thread_join, a.key);
  play.stuck(a, OpKind::lock, kB);
  play.stuck(b, OpKind::lock, kA);
  play.judges.on_execution_ends(End::lock_circle);
  const std::vector<Finding> found = play.judges.findings();
  ASSERT_EQ(found.size(), 2u);  // that they could, and that they did
  EXPECT_EQ(found[1].law, "LOCK");
  EXPECT_EQ(found[1].message, "each waits for the next: a, b, a");
  ASSERT_EQ(found[1].deeds.size(), 4u);
  EXPECT_EQ(found[1].deeds[0].thread_name, "b");
  EXPECT_EQ(found[1].deeds[0].what, "locks");
  EXPECT_EQ(found[1].deeds[1].thread_name, "a");
  EXPECT_EQ(found[1].deeds[1].what, "waits for");
}

TEST_F(LockJudgeTest, a_deadlock_with_oneself_is_one_report) {
  lock(a, {kA});
  play.request(a, kA);
  play.stuck(play.main(), OpKind::thread_join, a.key);
  play.stuck(a, OpKind::lock, kA);
  play.judges.on_execution_ends(End::lock_circle);
  EXPECT_EQ(play.found(), "LOCK: a locks; a waits for");
}

TEST_F(LockJudgeTest, a_circle_may_go_through_the_end_of_a_thread) {
  lock(play.main(), {kA});
  play.stuck(play.main(), OpKind::thread_join, a.key);
  play.stuck(a, OpKind::lock, kA);
  play.judges.on_execution_ends(End::lock_circle);
  EXPECT_EQ(play.found(), "LOCK: main waits for the end of a; main locks; a waits for");
}

TEST_F(LockJudgeTest, a_wait_for_a_signal_that_never_comes_is_named) {
  play.stuck(a, OpKind::cond_reacquire, 99);
  b.daemon = true;
  play.stuck(b, OpKind::cond_reacquire, 99);
  play.judges.on_execution_ends(End::deadlock);
  EXPECT_EQ(play.found(), "deadlock: a waits for a condition that nobody signals any more");
}

// What is told of an execution that has ended, to be put together with others.

/// Of the first edge, by key.
std::vector<std::uint64_t> threads_apart(const LockJudge& judge) {
  const LockEdge& edge = judge.lock_order().edge(0);
  std::vector<std::uint64_t> keys;
  for (ThreadId t = 0; t < judge.threads(); ++t) {
    if (t != edge.thread && judge.is_apart(edge, t)) keys.push_back(judge.key_of(t));
  }
  return keys;
}

TEST_F(LockJudgeTest, it_tells_which_threads_had_ended_before_an_edge_or_began_after_it) {
  const LockJudge& judge = *play.judges.lock_judge();
  using Keys = std::vector<std::uint64_t>;
  play.exit(a);
  play.join(b, a);
  nest(b, {kA, kB});
  Thread& late = play.spawn(b, "late");
  ASSERT_EQ(judge.lock_order().size(), 1u);
  EXPECT_EQ(judge.threads(), 5u);
  EXPECT_EQ(threads_apart(judge), (Keys{a.key, late.key}));
}

TEST_F(LockJudgeTest, an_edge_that_came_again_is_apart_only_from_what_it_was_each_time) {
  const LockJudge& judge = *play.judges.lock_judge();
  const auto take_both_at_one_place = [&] {
    lock(b, {kA});
    play.judges.on_lock_request(b, {kB, LockMode::exclusive, 0x99, false, false});
    unlock(b, {kA});
  };
  const auto apart = [&] {
    EXPECT_EQ(judge.lock_order().size(), 1u);
    return threads_apart(judge);
  };
  take_both_at_one_place();
  Thread& late = play.spawn(b, "late");
  EXPECT_EQ(apart(), (std::vector<std::uint64_t>{late.key}));
  play.exit(a);
  play.join(b, a);
  take_both_at_one_place();
  EXPECT_EQ(apart(), std::vector<std::uint64_t>());
}

TEST_F(LockJudgeTest, it_tells_which_edges_came_one_before_the_other) {
  const LockOrder& order = play.judges.lock_judge()->lock_order();
  nest(a, {kA, kB});
  play.gives(a, 77);
  play.takes(b, 77);
  nest(b, {kB, kA});
  nest(c, {kC, kGate});
  ASSERT_EQ(order.size(), 3u);
  EXPECT_TRUE(order.are_ordered(0, 1));
  EXPECT_TRUE(order.are_ordered(1, 0));
  EXPECT_FALSE(order.are_ordered(0, 2));
  EXPECT_FALSE(order.are_ordered(1, 2));
}

TEST_F(LockJudgeTest, an_execution_knows_nothing_of_the_one_before_but_of_the_set_up) {
  nest(a, {kA, kB});
  play.race_begins();
  play.again();
  nest(b, {kB, kC});
  play.again();
  nest(c, {kC, kB});
  EXPECT_EQ(play.found(), "");
  nest(b, {kB, kA});
  EXPECT_NE(play.found(), "");
}

}  // namespace
}  // namespace onhook
