// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/memory_judge.h"

#include <gtest/gtest.h>

#include "harness/race/testing.h"

namespace onhook {
namespace {

using testing_race::Play;

constexpr std::uintptr_t kHeap = 0x7000'0000;
constexpr std::uintptr_t kBlock = kHeap + 0x100;
constexpr std::uintptr_t kNext = kHeap + 0x140;

class MemoryJudgeTest : public ::testing::Test {
 protected:
  MemoryJudgeTest() {
    play.judges.scene().set_heap(kHeap, 0x1000);
    play.judges.on_allocate(&play.main(), kBlock, 24);
    play.judges.on_allocate(&play.main(), kNext, 0);
  }
  std::string message() {
    const std::vector<Finding> findings = play.judges.findings();
    return findings.empty() ? "" : findings.back().message;
  }
  void free(const Thread& t, std::uintptr_t block, std::size_t bytes) {
    play.judges.on_free(&t, block, bytes);
  }

  Play play{"memory"};
  Thread& a = play.spawn(play.main(), "a");
};

TEST_F(MemoryJudgeTest, all_of_a_living_block_may_be_used_and_all_that_is_no_heap) {
  play.write(a, kBlock, 24);
  play.read(a, kBlock + 23, 1);
  play.atomic(a, kBlock + 8, AtomicKind::rmw);
  play.write(a, kHeap - 8);
  play.write(a, kHeap + 0x1000);
  free(a, kBlock, 24);
  free(a, kNext, 0);
  EXPECT_EQ(play.found(), "");
  EXPECT_EQ(play.judges.stop, "");
}

TEST_F(MemoryJudgeTest, a_read_of_a_freed_block_ends_the_execution) {
  free(play.main(), kBlock, 24);
  play.read(a, kBlock + 4);
  EXPECT_EQ(play.found(), "MEMORY: a reads 4 bytes");
  EXPECT_EQ(play.judges.stop, "a block is used after it was freed");
  const Finding finding = play.judges.findings().front();
  ASSERT_TRUE(finding.block && finding.block->freed);
  EXPECT_EQ(finding.block->freed->thread_name, "main");
  EXPECT_EQ(finding.object, kBlock + 4);
}

TEST_F(MemoryJudgeTest, a_lock_lies_in_a_living_block) {
  play.request(a, kBlock);
  play.lock(a, kBlock);
  play.unlock(a, kBlock);
  EXPECT_EQ(play.found(), "");
  free(play.main(), kBlock, 24);
  play.request(a, kBlock + 8);
  EXPECT_EQ(play.found(), "MEMORY: a locks it");
  EXPECT_EQ(play.judges.stop, "a block is used after it was freed");
  play.unlock(a, kBlock);
  EXPECT_EQ(play.found(), "MEMORY: a locks it\nMEMORY: a unlocks it");
}

TEST_F(MemoryJudgeTest, an_atomic_is_an_access) {
  free(play.main(), kBlock, 24);
  play.atomic(a, kBlock, AtomicKind::load);
  EXPECT_EQ(play.found(), "MEMORY: a reads 4 bytes atomically");
}

TEST_F(MemoryJudgeTest, a_write_that_begins_inside_and_reaches_beyond_is_wrong_from_there) {
  play.write(a, kBlock + 22, 4);
  EXPECT_EQ(message(), "an access reaches beyond the end of its block");
  EXPECT_EQ(play.judges.findings().front().object, kBlock + 24);
  EXPECT_NE(play.judges.stop, "");
}

TEST_F(MemoryJudgeTest, an_access_between_blocks_belongs_to_the_nearer_one) {
  play.read(a, kBlock + 24, 1);
  EXPECT_EQ(play.judges.findings().back().block->begin, kBlock);
  play.read(a, kNext - 4, 1);
  EXPECT_EQ(play.judges.findings().back().block->begin, kNext);
  EXPECT_EQ(message(), "memory is touched that belongs to no block");
}

TEST_F(MemoryJudgeTest, an_empty_block_has_no_byte) {
  play.write(a, kNext, 1);
  EXPECT_EQ(message(), "an access reaches beyond the end of its block");
}

TEST_F(MemoryJudgeTest, a_read_out_of_bounds_is_told_once_and_does_not_end_the_execution) {
  for (int i = 0; i < 3; ++i) {
    play.judges.on_access(a, {kBlock + 24, 1, Access::read, 0x1111});
  }
  EXPECT_EQ(play.judges.findings().size(), 1u);
  EXPECT_EQ(play.judges.stop, "");
}

TEST_F(MemoryJudgeTest, wrong_frees_are_told_apart) {
  free(a, kBlock + 8, 0);
  EXPECT_EQ(message(), "a pointer into the middle of a block is freed");
  free(a, kHeap - 64, 0);
  EXPECT_EQ(message(), "what is freed is no block of the heap");
  free(a, kBlock, 24);
  free(a, kBlock, 0);
  EXPECT_EQ(message(), "a block is freed twice");
  EXPECT_EQ(play.judges.findings().size(), 3u);
  EXPECT_EQ(play.judges.stop, message());
}

TEST_F(MemoryJudgeTest, what_one_execution_freed_lives_in_the_next) {
  play.race_begins();
  for (int i = 0; i < 2; ++i) {
    play.again();
    play.write(a, kBlock);
    EXPECT_EQ(play.found(), "");
    free(a, kBlock, 24);
    play.write(a, kBlock);
    EXPECT_EQ(play.found(), "MEMORY: a writes 4 bytes");
  }
}

}  // namespace
}  // namespace onhook
