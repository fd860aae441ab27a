// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/position_journal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>

#include "harness/base/testing.h"

namespace onhook {
namespace {

TEST(PositionJournal, gives_back_the_last_entry) {
  const testing_base::TemporaryFolder folder;
  const std::string path = folder / "journal";
  EXPECT_EQ(PositionJournal::read(path, "me"), std::nullopt);
  {
    PositionJournal journal;
    ASSERT_TRUE(journal.open(path, "me"));
    EXPECT_EQ(PositionJournal::read(path, "me"), std::nullopt);
    journal.write("first, and longer than the others");
    journal.write("second");
    EXPECT_EQ(PositionJournal::read(path, "me"), "second");
  }
  PositionJournal again;
  ASSERT_TRUE(again.open(path, "me"));
  EXPECT_EQ(PositionJournal::read(path, "me"), "second") << "opening it loses nothing";
  again.write("third");
  EXPECT_EQ(PositionJournal::read(path, "me"), "third");
}

TEST(PositionJournal, belongs_to_one_search) {
  const testing_base::TemporaryFolder folder;
  PositionJournal journal;
  ASSERT_TRUE(journal.open(folder / "journal", "me"));
  journal.write("there");
  EXPECT_EQ(PositionJournal::read(folder / "journal", "m"), std::nullopt);
  EXPECT_EQ(PositionJournal::read(folder / "journal", "met"), std::nullopt);
}

TEST(PositionJournal, is_due_again_only_after_twenty_times_what_an_entry_costs) {
  const testing_base::TemporaryFolder folder;
  PositionJournal journal;
  EXPECT_FALSE(journal.due()) << "nowhere to write";
  ASSERT_TRUE(journal.open(folder / "journal", "me"));
  EXPECT_TRUE(journal.due());
  for (const std::clock_t begin = std::clock(); std::clock() - begin < CLOCKS_PER_SEC / 50;) {
  }
  journal.write("costly");
  EXPECT_FALSE(journal.due());
  ::usleep(100'000);
  EXPECT_FALSE(journal.due());
}

TEST(PositionJournal, whoever_is_killed_while_writing_leaves_a_whole_entry) {
  const testing_base::TemporaryFolder folder;
  for (int round = 0; round < 20; ++round) {
    const std::string path = folder / std::to_string(round);
    const pid_t writer = ::fork();
    if (writer == 0) {
      PositionJournal journal;
      if (!journal.open(path, "me")) ::_exit(1);
      for (char c = 'a';; c = c == 'z' ? 'a' : static_cast<char>(c + 1)) {
        journal.write(std::string(100'000, c));
      }
    }
    while (!PositionJournal::read(path, "me")) ::usleep(100);
    ::usleep(static_cast<useconds_t>(round * 137));
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    const auto left = PositionJournal::read(path, "me");
    ASSERT_TRUE(left);
    EXPECT_EQ(*left, std::string(100'000, left->front()));
  }
}

}  // namespace
}  // namespace onhook
