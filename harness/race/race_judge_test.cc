// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/race_judge.h"

#include <gtest/gtest.h>

#include "harness/race/testing.h"

namespace onhook {
namespace {

using testing_race::Play;

constexpr std::uintptr_t kX = 0x7000'0000;
constexpr std::uintptr_t kFlag = 0x7000'0100;
constexpr ObjectId kLock = 0x7000'0200;
constexpr ObjectId kOther = 0x7000'0300;

class RaceJudgeTest : public ::testing::Test {
 protected:
  Play play{"race"};
  Thread& a = play.spawn(play.main(), "a");
  Thread& b = play.spawn(play.main(), "b");
};

TEST_F(RaceJudgeTest, two_writes_that_nothing_orders_race) {
  play.write(a, kX);
  play.write(b, kX);
  EXPECT_EQ(play.found(), "RACE: a writes 4 bytes; b writes 4 bytes");
}

TEST_F(RaceJudgeTest, a_write_races_with_an_earlier_read) {
  play.read(a, kX);
  play.write(b, kX, 2);
  EXPECT_EQ(play.found(), "RACE: a reads 4 bytes; b writes 2 bytes");
}

TEST_F(RaceJudgeTest, reads_do_not_race_and_neighbours_do_not_touch) {
  play.read(a, kX);
  play.read(b, kX);
  play.write(a, kX + 4, 2);
  play.write(b, kX + 6, 2);
  play.write(b, kX + 8, 8);
  EXPECT_EQ(play.found(), "");
}

TEST_F(RaceJudgeTest, an_access_across_two_words_races_in_the_second) {
  play.write(a, kX + 6);
  play.write(b, kX + 8);
  EXPECT_EQ(play.found(), "RACE: a writes 2 bytes; b writes 4 bytes");
}

TEST_F(RaceJudgeTest, a_race_is_told_once_an_execution_for_a_pair_of_instructions) {
  for (int i = 0; i < 3; ++i) {
    play.judges.on_access(a, {kX, 4, Access::write, 0x1111});
    play.judges.on_access(b, {kX, 4, Access::write, 0x2222});
  }
  EXPECT_EQ(play.judges.findings().size(), 1u);
}

TEST_F(RaceJudgeTest, one_lock_orders_and_two_do_not) {
  play.lock(a, kLock);
  play.write(a, kX);
  play.unlock(a, kLock);
  play.lock(b, kLock);
  play.write(b, kX);
  play.unlock(b, kLock);
  EXPECT_EQ(play.found(), "");
  Thread& c = play.spawn(play.main(), "c");
  play.lock(c, kOther);
  play.write(c, kX);
  play.unlock(c, kOther);
  EXPECT_EQ(play.found(), "RACE: b writes 4 bytes; c writes 4 bytes");
  EXPECT_EQ(play.judges.findings()[0].deeds[0].locks, std::vector<ObjectId>{kLock});
  EXPECT_EQ(play.judges.findings()[0].deeds[1].locks, std::vector<ObjectId>{kOther});
}

TEST_F(RaceJudgeTest, readers_of_a_lock_are_ordered_with_its_writers_only) {
  play.lock(a, kLock, LockMode::shared);
  play.read(a, kX);
  play.write(a, kX + 32);
  play.unlock(a, kLock, LockMode::shared);
  play.lock(b, kLock, LockMode::shared);
  play.write(b, kX + 32);
  play.unlock(b, kLock, LockMode::shared);
  EXPECT_EQ(play.found(), "RACE: a writes 4 bytes; b writes 4 bytes");
  play.lock(b, kLock);
  play.write(b, kX);
  EXPECT_EQ(play.judges.findings().size(), 1u);
}

TEST_F(RaceJudgeTest, start_and_join_order) {
  play.write(play.main(), kX);
  Thread& c = play.spawn(play.main(), "c");
  play.write(c, kX);
  play.exit(c);
  play.join(play.main(), c);
  play.write(play.main(), kX);
  EXPECT_EQ(play.found(), "");
  play.read(a, kX);
  EXPECT_EQ(play.found(), "RACE: main writes 4 bytes; a reads 4 bytes");
}

TEST_F(RaceJudgeTest, what_flows_orders_the_taker_after_the_giver_and_not_the_other_way) {
  play.write(a, kX);
  play.gives(a, kOther);
  play.read(a, kX);
  play.takes(b, kOther);
  play.read(b, kX);
  EXPECT_EQ(play.found(), "");
  play.write(a, kX);
  EXPECT_EQ(play.found(), "RACE: b reads 4 bytes; a writes 4 bytes");
}

TEST_F(RaceJudgeTest, release_and_acquire_order) {
  play.write(a, kX);
  play.atomic(a, kFlag, AtomicKind::store, MemoryOrder::release);
  play.atomic(b, kFlag, AtomicKind::load, MemoryOrder::acquire);
  play.read(b, kX);
  EXPECT_EQ(play.found(), "");
}

TEST_F(RaceJudgeTest, relaxed_orders_nothing_at_either_end) {
  play.write(a, kX);
  play.atomic(a, kFlag, AtomicKind::store, MemoryOrder::relaxed);
  play.atomic(b, kFlag, AtomicKind::load, MemoryOrder::acquire);
  play.read(b, kX);
  EXPECT_EQ(play.found(), "RACE: a writes 4 bytes; b reads 4 bytes");
  play.write(a, kX + 32);
  play.atomic(a, kFlag, AtomicKind::store, MemoryOrder::release);
  play.atomic(b, kFlag, AtomicKind::load, MemoryOrder::relaxed);
  play.read(b, kX + 32);
  EXPECT_EQ(play.judges.findings().size(), 2u);
}

TEST_F(RaceJudgeTest, a_read_modify_write_carries_on_a_release_sequence_and_a_store_ends_it) {
  Thread& c = play.spawn(play.main(), "c");
  play.write(a, kX);
  play.atomic(a, kFlag, AtomicKind::store, MemoryOrder::release);
  play.atomic(b, kFlag, AtomicKind::rmw, MemoryOrder::relaxed);
  play.atomic(c, kFlag, AtomicKind::load, MemoryOrder::acquire);
  play.read(c, kX);
  EXPECT_EQ(play.found(), "");
  play.write(a, kX + 32);
  play.atomic(a, kFlag, AtomicKind::store, MemoryOrder::release);
  play.atomic(b, kFlag, AtomicKind::store, MemoryOrder::relaxed);
  play.atomic(c, kFlag, AtomicKind::load, MemoryOrder::acquire);
  play.read(c, kX + 32);
  EXPECT_EQ(play.found(), "RACE: a writes 4 bytes; c reads 4 bytes");
}

TEST_F(RaceJudgeTest, fences_make_relaxed_accesses_order) {
  play.write(a, kX);
  play.fence(a, MemoryOrder::release);
  play.atomic(a, kFlag, AtomicKind::store, MemoryOrder::relaxed);
  play.atomic(b, kFlag, AtomicKind::load, MemoryOrder::relaxed);
  play.fence(b, MemoryOrder::acquire);
  play.read(b, kX);
  EXPECT_EQ(play.found(), "");
}

TEST_F(RaceJudgeTest, atomics_do_not_race_with_each_other_but_with_plain_accesses) {
  play.atomic(a, kFlag, AtomicKind::store, MemoryOrder::relaxed);
  play.atomic(b, kFlag, AtomicKind::store, MemoryOrder::relaxed);
  EXPECT_EQ(play.found(), "");
  play.read(b, kFlag);
  EXPECT_EQ(play.found(), "RACE: a writes 4 bytes atomically; b reads 4 bytes");
}

TEST_F(RaceJudgeTest, freeing_a_block_is_a_write_to_all_of_it) {
  play.judges.on_allocate(&play.main(), kX, 64);
  play.read(a, kX + 40);
  play.judges.on_free(&b, kX, 64);
  EXPECT_EQ(play.found(), "RACE: a reads 4 bytes; b frees it");
  ASSERT_TRUE(play.judges.findings()[0].block);
  EXPECT_EQ(play.judges.findings()[0].block->begin, kX);
  EXPECT_EQ(play.judges.findings()[0].block->allocated.thread_name, "main");
}

TEST_F(RaceJudgeTest, a_stack_that_is_used_again_is_other_memory) {
  a.stack = reinterpret_cast<char*>(0x900000);
  Thread& c = play.spawn(play.main(), "c");
  const auto on_its_stack = reinterpret_cast<std::uintptr_t>(c.stack) + 64;
  play.write(c, on_its_stack);
  play.exit(c);
  Thread& d = play.spawn(play.main(), "d");
  d.stack = c.stack;
  play.judges.on_spawn(&play.main(), d);
  play.write(d, on_its_stack);
  EXPECT_EQ(play.found(), "");
  play.write(a, on_its_stack);
  EXPECT_EQ(play.found(), "RACE: d writes 4 bytes; a writes 4 bytes");
}

TEST_F(RaceJudgeTest, what_the_set_up_did_is_known_to_every_execution_and_the_rest_to_none) {
  play.write(a, kX);
  play.race_begins();
  for (int i = 0; i < 3; ++i) {
    play.again();
    EXPECT_EQ(play.found(), "");
    play.write(b, kX + 32);
    play.read(b, kX);
    EXPECT_EQ(play.found(), "RACE: a writes 4 bytes; b reads 4 bytes");
  }
  play.again();
  play.read(a, kX + 32);
  EXPECT_EQ(play.found(), "") << "what another execution wrote";
}

TEST_F(RaceJudgeTest, many_words_are_told_apart_and_remembered) {
  for (std::uintptr_t i = 0; i < 5'000; ++i)
    play.judges.on_access(a, {kX + 8 * i, 8, Access::write, 1});
  play.race_begins();
  play.again();
  for (std::uintptr_t i = 0; i < 5'000; ++i) {
    play.judges.on_access(b, {kX + 8 * i, 8, Access::read, 10 + i});
  }
  EXPECT_EQ(play.judges.findings().size(), 5'000u);
}

}  // namespace
}  // namespace onhook
