// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/leak_judge.h"

#include <gtest/gtest.h>

#include <array>

#include "harness/race/testing.h"

namespace onhook {
namespace {

using testing_race::Play;

/// A heap of its own, so that its words can be read.
alignas(16) std::array<std::uintptr_t, 64> g_heap;
std::uintptr_t g_variable;

std::uintptr_t at(std::size_t word) { return reinterpret_cast<std::uintptr_t>(&g_heap[word]); }

class View : public WorldView {
 public:
  std::vector<MemorySpan> roots() const override {
    const auto begin = reinterpret_cast<std::uintptr_t>(&g_variable);
    return {{begin, begin + sizeof g_variable}};
  }
  std::vector<std::uintptr_t> notes() const override { return noted; }
  std::vector<std::uintptr_t> noted;
};

class LeakJudgeTest : public ::testing::Test {
 protected:
  LeakJudgeTest() {
    g_heap.fill(0);
    g_variable = 0;
    play.judges.scene().set_heap(at(0), sizeof g_heap);
    play.judges.scene().set_view(view);
    play.main().calls = {0x100};
    play.main().call_sites = {0x200};
  }
  /// Of two words.
  std::uintptr_t allocate(std::size_t word) {
    play.judges.on_allocate(&play.main(), at(word), 16);
    return at(word);
  }
  std::vector<std::uintptr_t> lost(End end = End::quiescent) {
    play.judges.on_execution_ends(end);
    std::vector<std::uintptr_t> blocks;
    for (const Finding& finding : play.judges.findings()) blocks.push_back(finding.object);
    return blocks;
  }
  using Blocks = std::vector<std::uintptr_t>;

  View view;
  Play play{"leaks"};
};

TEST_F(LeakJudgeTest, what_nobody_points_to_is_lost_and_what_was_freed_is_not) {
  allocate(0);
  allocate(4);
  play.judges.on_free(&play.main(), at(4), 16);
  EXPECT_EQ(lost(), Blocks{at(0)});
  EXPECT_EQ(play.found(), "FREE");
}

TEST_F(LeakJudgeTest, a_variable_a_block_and_a_pointer_to_the_end_reach) {
  g_variable = allocate(0) + 8;
  g_heap[1] = allocate(4);
  g_heap[4] = allocate(8) + 16;
  EXPECT_EQ(lost(), Blocks{});
}

TEST_F(LeakJudgeTest, a_freed_block_reaches_nobody) {
  g_variable = allocate(0);
  g_heap[0] = allocate(4);
  play.judges.on_free(&play.main(), at(0), 16);
  EXPECT_EQ(lost(), Blocks{at(4)});
}

TEST_F(LeakJudgeTest, of_what_is_lost_together_the_first_is_told) {
  g_heap[4] = allocate(0);
  g_heap[8] = allocate(4);
  allocate(8);
  EXPECT_EQ(lost(), Blocks{at(8)});
}

TEST_F(LeakJudgeTest, of_a_ring_one_is_told) {
  g_heap[0] = allocate(4);
  g_heap[4] = allocate(0);
  EXPECT_EQ(lost(), Blocks{at(0)});
}

TEST_F(LeakJudgeTest, the_harness_reaches_by_its_blocks_but_not_by_its_notes) {
  play.judges.on_allocate(nullptr, at(0), 16);
  play.judges.on_allocate(nullptr, at(4), 16);
  g_heap[0] = allocate(8);
  g_heap[4] = allocate(12);
  view.noted = {at(4)};
  EXPECT_EQ(lost(), Blocks{at(12)});
}

TEST_F(LeakJudgeTest, an_execution_that_was_cut_short_says_nothing) {
  allocate(0);
  EXPECT_EQ(lost(End::fault), Blocks{});
  EXPECT_EQ(lost(End::judged), Blocks{});
  EXPECT_EQ(lost(End::settled), Blocks{at(0)});
}

TEST_F(LeakJudgeTest, what_the_set_up_lost_is_told_of_each_execution_once) {
  allocate(0);
  play.race_begins();
  for (int i = 0; i < 2; ++i) {
    play.again();
    allocate(4);
    EXPECT_EQ(lost(), (Blocks{at(0), at(4)}));
  }
}

TEST_F(LeakJudgeTest, the_content_is_kept_for_its_name) {
  g_heap[0] = 0x1234;
  allocate(0);
  lost();
  const std::vector<Finding> findings = play.judges.findings();
  ASSERT_EQ(findings[0].content.size(), 16u);
  EXPECT_EQ(findings[0].content[0], 0x34);
}

}  // namespace
}  // namespace onhook
