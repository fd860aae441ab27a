// SPDX-License-Identifier: GPL-3.0-or-later
// Determinism: the same executions whatever the process was born into, and whenever: each is
// compared with itself some seconds later, under other rules for local time, and more than a year
// later at another time of day.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "harness/cli/process_testing.h"
#include "harness/cli/shifted_clock.h"

namespace onhook {
namespace {

using namespace testing_process;
namespace fs = std::filesystem;

void limit_stack(rlim_t bytes) {
  rlimit limit{};
  ::getrlimit(RLIMIT_STACK, &limit);
  limit.rlim_cur = std::min(bytes, limit.rlim_max);
  ::setrlimit(RLIMIT_STACK, &limit);
}

void plain_environment() {
  const char* cache = ::getenv("ONHOOK_CACHE");
  const std::string kept = cache == nullptr ? "" : cache;
  ::clearenv();
  if (!kept.empty()) ::setenv("ONHOOK_CACHE", kept.c_str(), 1);
  ::setenv("PATH", "/usr/bin:/bin", 1);
  ::personality(ADDR_NO_RANDOMIZE);
}

void strange_environment() {
  ::personality(0);
  ::setenv("LC_ALL", "de_DE.UTF-8", 1);
  ::setenv("TZ", "Asia/Kathmandu", 1);
  ::setenv("G_SLICE", "debug-blocks", 1);
  ::setenv("G_RANDOM_VERSION", "2.0", 1);
  ::setenv("MALLOC_PERTURB_", "90", 1);
  ::setenv("MALLOC_ARENA_MAX", "1", 1);
  ::setenv("FILLER", std::string(50'000, 'x').c_str(), 1);
  limit_stack(2u << 20);
  ::umask(0);
  if (::chdir("/") != 0) ::_exit(126);
}

using Run = std::function<int(const std::vector<std::string>&, const std::string&)>;

/// What was explored by that run: results with the sum over all traces, and every schedule file.
std::string explored_by(const Run& run, const std::vector<std::string>& what) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments = {
      "run",      "--strategy", "dfs:1,random:20",       "--budget", "executions=60", "--jobs", "2",
      "--digest", "--json",     folder / "results.json", "--out",    folder / "out"};
  arguments.insert(arguments.end(), what.begin(), what.end());
  EXPECT_GE(run(arguments, folder / "log"), 0);
  std::vector<RunResult> results = results_of(folder / "results.json");
  EXPECT_FALSE(results.empty()) << text_of_file(folder / "log");
  std::string text;
  for (RunResult& result : results) {
    EXPECT_EQ(result.fault, "");
    EXPECT_TRUE(result.digest.has_value());
    result.schedule.clear();
    for (Violation& violation : result.violations) {
      text += text_of_file(violation.schedule);
      violation.schedule.clear();
    }
  }
  return text + without_times(results);
}

std::string explored(const std::vector<std::string>& what, const std::function<void()>& birth) {
  return explored_by(
      [&](const auto& arguments, const auto& log) { return run(arguments, log, birth); }, what);
}

/// By a process that believes it is 2^25 seconds later: 388 days, 8 hours and 40 minutes.
std::string explored_later(const std::vector<std::string>& what,
                           const std::function<void()>& birth = plain_environment) {
  const auto later = [&](const auto& arguments, const auto& log) {
    const ShiftedRun run = run_at_another_time(1L << 25, arguments, log, birth);
    EXPECT_EQ(run.impossible, "");
    EXPECT_GT(run.questions, 0u) << "nobody looked at the shifted clock";
    return run.exit_code;
  };
  return explored_by(later, what);
}

bool clocks_can_be_shifted() { return why_clocks_cannot_be_shifted().empty(); }

TEST(EnvironmentProcessTest, selftests_leave_the_same_traces_everywhere) {
  const std::vector<std::string> what = {ONHOOK_SCENARIOS "/selftest"};
  const std::string plain = explored(what, plain_environment);
  EXPECT_NE(plain.find("trace-hash"), std::string::npos);
  EXPECT_EQ(plain, explored(what, strange_environment));
}

TEST(EnvironmentProcessTest, programs_leave_the_same_traces_everywhere) {
  const std::vector<std::string> what = {ONHOOK_SCENARIOS "/programs"};
  EXPECT_EQ(explored(what, plain_environment), explored(what, strange_environment));
}

TEST(EnvironmentProcessTest, a_program_that_looks_at_its_surroundings_sees_the_same_everywhere) {
  const std::vector<std::string> what = {scenario("surroundings.scn")};
  EXPECT_EQ(explored(what, plain_environment), explored(what, strange_environment));
}

TEST(EnvironmentProcessTest, the_same_traces_are_left_at_any_time_of_day) {
  if (!clocks_can_be_shifted()) GTEST_SKIP() << why_clocks_cannot_be_shifted();
  for (const std::string what : {ONHOOK_SCENARIOS "/selftest", ONHOOK_SCENARIOS "/programs"}) {
    EXPECT_EQ(explored({what}, plain_environment), explored_later({what})) << what;
  }
}

TEST(EnvironmentProcessTest, a_look_at_the_real_clock_is_noticed) {
  if (!clocks_can_be_shifted()) GTEST_SKIP() << why_clocks_cannot_be_shifted();
  const std::vector<std::string> what = {scenario("real_clock.scn")};
  const std::string plain = explored(what, plain_environment);
  EXPECT_EQ(plain, explored(what, strange_environment));
  EXPECT_NE(plain, explored_later(what));
}

/// The folders of scenarios about the plugin.
std::vector<std::string> plugin_folders() {
  std::vector<std::string> folders;
  for (const auto& entry : fs::directory_iterator(ONHOOK_SCENARIOS)) {
    const std::string name = entry.path().filename();
    if (entry.is_directory() && name != "bad" && name != "selftest" && name != "variants" &&
        name != "programs" && name != "schedules") {
      folders.push_back(entry.path());
    }
  }
  return folders;
}

TEST(EnvironmentProcessTest, scenarios_leave_the_same_traces_everywhere_at_any_time_of_day) {
  for (const char* target : {"stable", "newest", "stable+hangup_guard", "newest+hangup_guard"}) {
    const bool is_variant = std::string(target).find('+') != std::string::npos;
    std::vector<std::string> what = {"--target", target};
    for (const std::string& folder :
         is_variant ? std::vector<std::string>{ONHOOK_SCENARIOS "/hangup"} : plugin_folders()) {
      what.push_back(folder);
    }
    const std::string elsewhere = clocks_can_be_shifted()
                                      ? explored_later(what, strange_environment)
                                      : explored(what, strange_environment);
    EXPECT_EQ(explored(what, plain_environment), elsewhere) << target;
  }
}

}  // namespace
}  // namespace onhook
