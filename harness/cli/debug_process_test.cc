// SPDX-License-Identifier: GPL-3.0-or-later
// `onhook replay --gdb` and `--rr`, with a real gdb and, where it can record, a real rr.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "harness/cli/process_testing.h"
#include "harness/cli/rr_ability.h"
#include "harness/host/command.h"

namespace onhook {
namespace {

using namespace testing_process;

/// Finds the schedule once; each test replays it.
class DebugProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    run({"program", ONHOOK_DEBUG_TESTDATA "/lost_update.c", "--out", folder_ / "out"},
        folder_ / "found");
    for (const auto& file : std::filesystem::directory_iterator(folder_ / "out")) {
      schedule_ = file.path().string();
    }
    ASSERT_NE(schedule_, "") << text_of_file(folder_ / "found");
  }

  std::string gdb(std::vector<std::string> where, const std::vector<std::string>& commands) {
    std::vector<std::string> arguments = {"replay", schedule_, "--gdb"};
    arguments.insert(arguments.end(), where.begin(), where.end());
    for (const std::string& command : commands) {
      arguments.insert(arguments.end(), {"--ex", command});
    }
    const std::string output = folder_ / ("gdb" + std::to_string(++runs_));
    status_ = run(arguments, output);
    return text_of_file(output);
  }

  TemporaryFolder folder_;
  std::string schedule_;
  int status_ = -1;
  int runs_ = 0;
};

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

/// The number behind the first `before`.
int number_after(const std::string& text, const std::string& before) {
  const std::size_t at = text.find(before);
  return at == std::string::npos ? -1 : ::atoi(text.c_str() + at + before.size());
}

#define EXPECT_SAYS(text, words) \
  EXPECT_NE((text).find(words), std::string::npos) << "not '" << (words) << "' in:\n" << (text)

TEST_F(DebugProcessTest, stops_where_the_law_breaks_and_goes_on_and_back) {
  const std::string text =
      gdb({}, {"onhook fibers", "continue", "onhook back 1", "onhook fiber 99"});
  const std::string end = std::to_string(number_after(text, " to "));
  EXPECT_SAYS(text, "step " + end + " of 1 to " + end + ": fiber 0 'main' is about to: ");
  EXPECT_SAYS(text, "the execution has ended: assertion assert(balance == 15)");
  EXPECT_SAYS(text, "violated: assertion, at step " + end);
  EXPECT_SAYS(text.substr(text.find("violated")),
              "step " + std::to_string(::atoi(end.c_str()) - 1));
  EXPECT_SAYS(text, "there is no fiber 99");
}

TEST_F(DebugProcessTest, begins_so_many_steps_before_the_law_breaks) {
  const std::string text = gdb({"--back", "4"}, {"onhook step 4"});
  const int end = number_after(text, " to ");
  EXPECT_SAYS(text, "step " + std::to_string(end - 4) + " of 1 to ");
  EXPECT_SAYS(text, "step " + std::to_string(end) + " of 1 to ");
  EXPECT_EQ(status_, 0);
}

TEST_F(DebugProcessTest, stops_in_the_fiber_of_a_step_and_shows_the_others) {
  // The schedule is the shortest that loses an update: its 6th step is the second lock to read.
  const std::string text =
      gdb({"--at", "6"}, {"backtrace", "print balance", "onhook fibers", "onhook fiber 0",
                          "backtrace", "print five", "onhook step", "onhook at 10", "print balance",
                          "onhook back 4", "print balance", "onhook at 10", "print balance"});
  // In the source, with the plugin's own functions on the stack.
  const std::string first = text.substr(0, text.find("id  fiber"));
  EXPECT_SAYS(first, "step 6 of 1 to ");
  EXPECT_SAYS(first, "is about to: lock lock");
  EXPECT_SAYS(first, "pthread_mutex_lock(&lock);  // reads");
  EXPECT_SAYS(first, "in read_balance () at ");
  EXPECT_SAYS(first, " deposit (amount=");
  // The others, one of them with its stack and variables.
  EXPECT_SAYS(text, " *   ");
  EXPECT_SAYS(text, "main                   thread_join");
  const std::string other = text.substr(text.find("fiber 0 'main' is about to: thread_join"));
  EXPECT_SAYS(other, "pthread_join(one, 0);");
  EXPECT_SAYS(other, " in main () at ");
  EXPECT_SAYS(other, "$2 = 5");
  // Looking changed nothing: the process goes on where it stood, and back to the same states.
  EXPECT_SAYS(other, "step 7 of 1 to ");
  EXPECT_EQ(count(text, "step 6 of 1 to "), 2u) << text;
  EXPECT_EQ(count(text, "step 10 of 1 to "), 2u) << text;
  const auto printed = [&](int number) {
    return number_after(text, "$" + std::to_string(number) + " = ");
  };
  EXPECT_EQ(printed(1), 0);
  EXPECT_GT(printed(3), 0);
  EXPECT_EQ(printed(4), 0);
  EXPECT_EQ(printed(5), printed(3));
  EXPECT_EQ(status_, 0);
}

TEST_F(DebugProcessTest, records_with_rr_or_says_why_it_cannot) {
  const std::string why = cli::why_rr_cannot_record();
  const std::string output = folder_ / "rr";
  const int status = run({"replay", schedule_, "--rr"}, output,
                         [this] { ::setenv("_RR_TRACE_DIR", (folder_ / "traces").c_str(), 1); });
  const std::string text = text_of_file(output);
  if (!why.empty()) {
    EXPECT_EQ(status, 2);
    EXPECT_SAYS(text, "rr cannot record here: " + why);
    GTEST_SKIP() << "no replay is recorded here: " << why;
  }
  EXPECT_EQ(status, 1) << text;
  EXPECT_SAYS(text, "replayed once, identical: violated: assertion");
  ::setenv("_RR_TRACE_DIR", (folder_ / "traces").c_str(), 1);
  const CommandResult played = run_command({"rr", "replay", "-a"});
  EXPECT_EQ(played.status, 0) << played.output;
  EXPECT_SAYS(played.output, "replayed once, identical: violated: assertion");
}

}  // namespace
}  // namespace onhook
