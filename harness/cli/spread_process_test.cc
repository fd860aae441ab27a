// SPDX-License-Identifier: GPL-3.0-or-later
// The real executable: parts of a search, more processes for one cell, kills and resumes lead to
// the very executions of one undisturbed run.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "harness/cli/process_testing.h"

namespace onhook {
namespace {

using namespace testing_process;
using Arguments = std::vector<std::string>;

class SpreadProcessTest : public ::testing::Test {
 protected:
  Arguments search(const std::string& name, const Arguments& more) {
    Arguments all = {"run",           scenario(name + ".scn"),
                     "--strategy",    strategy_,
                     "--budget",      "executions=9999999",
                     "--digest",      "--out",
                     folder_ / "out", "--judges",
                     judges_};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  std::vector<RunResult> whole(const std::string& name) {
    EXPECT_GE(run(search(name, {"--jobs", "1", "--json", folder_ / "whole.json"}), log_), 0);
    return results_of(folder_ / "whole.json");
  }

  TemporaryFolder folder_;
  std::string log_ = folder_ / "log";
  std::string strategy_ = "dfs";
  std::string judges_ = "none";
};

TEST_F(SpreadProcessTest, parts_merge_to_the_executions_of_the_whole) {
  const std::vector<RunResult> expected = whole("turns");
  ASSERT_EQ(expected.size(), 1u);
  EXPECT_TRUE(expected[0].complete);
  EXPECT_GT(expected[0].executions, 1000u);
  for (int count : {2, 3, 7}) {
    Arguments merge = {"merge", "--json", folder_ / "merged.json"};
    std::uint64_t largest = 0;
    for (int i = 1; i <= count; ++i) {
      const std::string part = folder_ / ("part" + std::to_string(i) + ".json");
      const std::string shard = std::to_string(i) + "/" + std::to_string(count);
      ASSERT_EQ(run(search("turns", {"--shard", shard, "--json", part}), log_), 0)
          << text_of_file(log_);
      largest = std::max(largest, results_of(part).at(0).executions);
      merge.push_back(part);
    }
    EXPECT_LT(largest, expected[0].executions);
    ASSERT_EQ(run(merge, log_), 0) << text_of_file(log_);
    EXPECT_EQ(without_times(results_of(folder_ / "merged.json")), without_times(expected));
  }
}

TEST_F(SpreadProcessTest, more_processes_than_cells_share_a_cell) {
  const std::vector<RunResult> expected = whole("turns");
  EXPECT_EQ(run(search("turns", {"--jobs", "3", "--json", folder_ / "three.json"}), log_), 0);
  EXPECT_EQ(without_times(results_of(folder_ / "three.json")), without_times(expected));
}

TEST_F(SpreadProcessTest, a_violation_that_several_parts_find_has_one_schedule) {
  strategy_ = "dfs:2,random:50";
  EXPECT_EQ(run(search("scribbler", {"--jobs", "3", "--json", folder_ / "a.json"}), log_), 1);
  const std::vector<RunResult> results = results_of(folder_ / "a.json");
  ASSERT_EQ(results.size(), 1u);
  ASSERT_EQ(results[0].violations.size(), 1u) << text_of_file(log_);
  EXPECT_EQ(results[0].schedule, folder_ / "out/scribbler.sched");
  const auto files = std::filesystem::directory_iterator(folder_ / "out");
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
  EXPECT_EQ(run({"replay", results[0].schedule}, log_), 1) << text_of_file(log_);
}

// Kills the run as soon as its file says where it stands; then lets another one end.
std::string ended_by(int signal, const Arguments& arguments, const std::string& log,
                     const std::string& resume) {
  const auto written = [&] {
    std::error_code none_yet;
    return std::filesystem::last_write_time(resume, none_yet);
  };
  const pid_t pid = start(arguments, log);
  // It is written once to be there, and once with a position.
  for (int i = 0; i < 2; ++i) {
    for (auto before = written(); written() == before;) ::usleep(10'000);
  }
  ::kill(pid, signal);
  const int killed = wait_for(pid);
  if (killed != -signal && killed != 130) return "it ended by itself: too short a search";
  const int code = run(arguments, log);
  return code == 0 ? "" : "exit code " + std::to_string(code) + ": " + text_of_file(log);
}

TEST_F(SpreadProcessTest, a_run_that_is_killed_goes_on_where_it_stood) {
  const std::vector<RunResult> expected = whole("counters");
  for (int signal : {SIGKILL, SIGINT}) {
    const std::string name = std::to_string(signal);
    const std::string resume = folder_ / (name + ".resume");
    const Arguments arguments = search(
        "counters", {"--jobs", "2", "--resume", resume, "--json", folder_ / (name + ".json")});
    EXPECT_EQ(ended_by(signal, arguments, log_, resume), "");
    EXPECT_EQ(without_times(results_of(folder_ / (name + ".json"))), without_times(expected));
  }
}

// A run in a folder of its own, into which a program of testdata/spread/marks*.c leaves its marks.
class MarksProcessTest : public SpreadProcessTest {
 protected:
  static std::uintmax_t marks_in(const std::string& place) {
    std::error_code not_yet;
    const std::uintmax_t bytes = std::filesystem::file_size(place + "/marks", not_yet);
    return not_yet ? 0 : bytes;
  }
  std::string place(const std::string& name) {
    std::filesystem::create_directory(folder_ / name);
    return folder_ / name;
  }
  static std::function<void()> in(const std::string& place) {
    return [place] {
      if (::chdir(place.c_str()) != 0) ::_exit(126);
    };
  }
  /// Once undisturbed, once killed after so many marks, and again after so many: both must say the
  /// same, and have made the same executions but those (`lost`) that each kill cost. What they say.
  RunResult killed_and_undisturbed(const std::string& name, const Arguments& more, int code,
                                   const std::vector<std::size_t>& kills, std::size_t lost = 1) {
    const std::string undisturbed = place("undisturbed");
    const std::string killed = place("killed");
    const std::string json = folder_ / "marks.json";
    Arguments arguments = search(name, more);
    arguments.insert(arguments.end(), {"--json", json});
    EXPECT_EQ(run(arguments, log_, in(undisturbed)), code) << text_of_file(log_);
    const std::vector<RunResult> expected = results_of(json);
    arguments.insert(arguments.end(), {"--resume", folder_ / "resume"});
    for (const std::size_t at : kills) {
      const pid_t pid = start(arguments, log_, in(killed));
      while (marks_in(killed) < at) ::usleep(1'000);
      ::kill(pid, SIGKILL);
      EXPECT_EQ(wait_for(pid), -SIGKILL) << "it ended by itself: too short a search";
    }
    EXPECT_EQ(run(arguments, log_, in(killed)), code) << text_of_file(log_);
    EXPECT_EQ(without_times(results_of(json)), without_times(expected));
    EXPECT_GE(marks_in(killed), marks_in(undisturbed));
    EXPECT_LE(marks_in(killed), marks_in(undisturbed) + lost * kills.size());
    EXPECT_FALSE(std::filesystem::exists(folder_ / "resume.1")) << "a journal is left";
    return expected.empty() ? RunResult{} : expected.front();
  }
};

TEST_F(MarksProcessTest, a_run_that_is_killed_loses_the_execution_in_flight_and_no_other) {
  strategy_ = "rff:20+surw:20,stale:10,dpor";
  // In the midst of each strategy.
  const RunResult result = killed_and_undisturbed("marks", {}, 0, {7, 21, 45, 53});
  EXPECT_GT(result.executions, 50u);
}

TEST_F(MarksProcessTest, a_bounded_run_that_is_killed_says_what_one_does_that_was_not) {
  strategy_ = "dfs:1,random:40";
  judges_ = "race";  // its finding is made smaller at once, before the first kill
  const RunResult result =
      killed_and_undisturbed("marks_spinning", {"--max-steps", "20"}, 1, {90, 110, 130}, 3);
  EXPECT_GT(result.executions, 50u);
  EXPECT_GT(result.hits.steps, 10u);
  EXPECT_FALSE(result.complete);
  ASSERT_EQ(result.violations.size(), 1u);
  EXPECT_EQ(result.violations[0].law, "RACE");
}

TEST_F(SpreadProcessTest, a_finished_run_is_not_run_again_and_another_search_is_not_mixed_up) {
  const std::string resume = folder_ / "resume";
  const Arguments arguments =
      search("turns", {"--resume", resume, "--json", folder_ / "first.json"});
  ASSERT_EQ(run(arguments, log_), 0);
  const std::vector<RunResult> first = results_of(folder_ / "first.json");
  ASSERT_EQ(run(arguments, log_), 0);
  EXPECT_EQ(results_of(folder_ / "first.json").at(0).seconds, first.at(0).seconds);
  strategy_ = "random:10";
  ASSERT_EQ(run(search("turns", {"--resume", resume, "--json", folder_ / "other.json"}), log_), 0);
  EXPECT_EQ(results_of(folder_ / "other.json").at(0).executions, 10u);
}

TEST_F(SpreadProcessTest, a_file_of_something_else_is_left_alone) {
  EXPECT_EQ(run(search("turns", {"--resume", scenario("turns.scn")}), log_), 2);
  EXPECT_TRUE(text_of_file(scenario("turns.scn")).starts_with("# SPDX"));
}

}  // namespace
}  // namespace onhook
