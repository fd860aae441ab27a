// SPDX-License-Identifier: GPL-3.0-or-later
// A matrix over a small history, with the real executable: what it says, that a kill loses nothing,
// and the page in a real browser.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "harness/cli/browser_testing.h"
#include "harness/cli/history_testing.h"
#include "harness/cli/process_testing.h"

namespace onhook {
namespace {

using namespace testing_process;
using testing_browser::Browser;

class MatrixProcessTest : public ::testing::Test {
 protected:
  std::vector<std::string> arguments(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all = {"matrix",
                                    "--repo",
                                    history_.folder(),
                                    ONHOOK_SCENARIOS "/hangup/client_keeps_pc.scn",
                                    ONHOOK_SCENARIOS "/decline/declined_calls_are_forgotten.scn",
                                    "--out",
                                    folder_ / "out",
                                    "--jobs",
                                    "2"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  /// What it prints, from here on.
  std::string matrix(const std::vector<std::string>& more = {}) {
    const std::string log = folder_ / fmt::format("log{}", ++runs_);
    code_ = run(arguments(more), log);
    return text_of_file(log);
  }
  std::string line(const char* word, const char* name) const {
    return fmt::format("  {:<8} {}", word, history_[name].substr(0, 10));
  }
  static bool runs(pid_t pid) {
    siginfo_t ended{};
    return ::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == 0;
  }
  /// Begins a cell that would run for a minute, and returns once it has found a violation.
  pid_t start_long_cell(const std::string& log) {
    const pid_t pid =
        start({"matrix", "--repo", history_.folder(), "--since", history_["broken"], "--until",
               history_["broken"], ONHOOK_SCENARIOS "/hangup/client_keeps_pc.scn", "--strategy",
               "random", "--budget", "seconds=60", "--jobs", "1", "--out", folder_ / "out"},
              log);
    const std::string schedules = folder_ / "out/schedules";
    std::error_code not_yet;
    while (runs(pid) && std::filesystem::directory_iterator(schedules, not_yet) ==
                            std::filesystem::directory_iterator()) {
      ::usleep(5'000);
    }
    return pid;
  }
  /// The processes that a process has begun and that are onhook, too.
  static std::vector<pid_t> cells_of(pid_t pid) {
    std::vector<pid_t> cells;
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", pid));
    for (pid_t child = 0; children >> child;) {
      std::error_code gone;
      const auto program = std::filesystem::read_symlink(fmt::format("/proc/{}/exe", child), gone);
      if (program.filename() == "onhook") cells.push_back(child);
    }
    return cells;
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  TemporaryFolder folder_;
  JanusHistory history_;
  int runs_ = 0;
  int code_ = -1;
};

TEST_F(MatrixProcessTest, says_when_each_law_broke_and_was_mended) {
  const auto before = history_.repo().everything();
  const std::string log = matrix();
  EXPECT_EQ(code_, 0) << log;
  EXPECT_TRUE(has(log, "9 commits, 7 rows, 2 scenarios\n")) << log;
  EXPECT_TRUE(has(log, line("broken", "broken"))) << log;
  EXPECT_TRUE(has(log, line("mended", "mended"))) << log;
  EXPECT_TRUE(has(log, line("violated", "good"))) << log;
  EXPECT_TRUE(has(log, line("mended", "other_layout"))) << log;
  EXPECT_TRUE(has(log, "12 cells of 6 plugins: 12 computed, 0 known before, 0 left\n")) << log;
  EXPECT_EQ(history_.repo().everything(), before) << "the clone has changed";

  const std::string again = matrix();
  EXPECT_TRUE(has(again, "12 cells of 6 plugins: 0 computed, 12 known before, 0 left\n")) << again;
  const std::string tags = matrix({"--every-tag", "--until", history_["broken"]});
  EXPECT_TRUE(has(tags, "5 commits, 2 rows, 2 scenarios\n")) << tags;
  const std::string searched = matrix({"--seed", "2", "--since", history_["mended"]});
  EXPECT_TRUE(has(searched, "2 cells of 1 plugins: 2 computed, 0 known before")) << searched;
}

TEST_F(MatrixProcessTest, goes_on_where_it_was_killed) {
  const std::string database = folder_ / "out/matrix.db-wal";
  const pid_t pid = start(arguments(), folder_ / "killed");
  const auto size = [&] {
    std::error_code not_yet;
    const auto bytes = std::filesystem::file_size(database, not_yet);
    return not_yet ? 0 : bytes;
  };
  // The tables are made with the first pages; the rest are results.
  for (auto first = size(); size() < first + 20'000; ::usleep(5'000)) {
    if (first < 4'000) first = size();
    ASSERT_TRUE(runs(pid)) << text_of_file(folder_ / "killed");
  }
  ::kill(pid, SIGKILL);
  ASSERT_EQ(wait_for(pid), -SIGKILL) << "it ended by itself: too short";
  const std::string log = matrix();
  EXPECT_EQ(code_, 0) << log;
  EXPECT_TRUE(has(log, "12 cells of 6 plugins: ")) << log;
  EXPECT_FALSE(has(log, " 12 computed")) << "all was lost: " << log;
  EXPECT_FALSE(has(log, " 0 computed")) << "it was killed too late: " << log;
  EXPECT_TRUE(has(log, line("broken", "broken"))) << log;
  EXPECT_TRUE(has(log, line("mended", "mended"))) << log;
}

TEST_F(MatrixProcessTest, two_at_once_compute_each_cell_once) {
  const std::vector<pid_t> both = {start(arguments(), folder_ / "first"),
                                   start(arguments(), folder_ / "second")};
  for (const pid_t pid : both) EXPECT_EQ(wait_for(pid), 0);
  int computed = 0;
  for (const char* log : {"first", "second"}) {
    const std::string text = text_of_file(folder_ / log);
    const std::size_t at = text.find("12 cells of 6 plugins: ");
    ASSERT_NE(at, std::string::npos) << text;
    computed += std::atoi(text.c_str() + at + std::string_view("12 cells of 6 plugins: ").size());
    EXPECT_TRUE(has(text, ", 0 left\n")) << text;
  }
  EXPECT_EQ(computed, 12);
}

TEST_F(MatrixProcessTest, what_two_interrupts_leave_of_a_cell_is_not_kept) {
  const pid_t pid = start_long_cell(folder_ / "log");
  ::kill(pid, SIGINT);
  ::kill(pid, SIGTERM);
  EXPECT_EQ(wait_for(pid), 130);
  const std::string log = text_of_file(folder_ / "log");
  EXPECT_TRUE(has(log, "1 cells of 1 plugins: 0 computed, 0 known before, 1 left\n")) << log;
}

TEST_F(MatrixProcessTest, a_cell_whose_process_was_killed_is_shown_and_not_kept) {
  const pid_t pid = start_long_cell(folder_ / "log");
  const auto cells = cells_of(pid);
  ASSERT_EQ(cells.size(), 1u);
  ::kill(cells[0], SIGKILL);
  EXPECT_EQ(wait_for(pid), 3);
  const std::string log = text_of_file(folder_ / "log");
  EXPECT_TRUE(has(log, "1 cells of 1 plugins: 0 computed, 0 known before, 1 left\n")) << log;
  EXPECT_TRUE(has(text_of_file(folder_ / "out/matrix.html"), "process died of SIGKILL"));
}

TEST_F(MatrixProcessTest, what_is_wrong_is_said) {
  EXPECT_TRUE(has(matrix({"--since", "nothing"}), "'nothing' names no commit of"));
  EXPECT_EQ(code_, 2);
  EXPECT_TRUE(has(matrix({"--every-tag", "--every-commit"}), "excludes"));
  EXPECT_EQ(code_, 2);
}

TEST_F(MatrixProcessTest, the_page_works_in_a_browser) {
  ASSERT_EQ((matrix(), code_), 0);
  Browser browser;
  browser.open("file://" + folder_ / "out/matrix.html");
  EXPECT_EQ(browser.text("#summary > li:first-child .broken"), "broken");
  EXPECT_EQ(browser.number("document.querySelectorAll('#matrix tbody tr').length"), 7);
  // Newest first; what does not compile is grey.
  EXPECT_EQ(browser.text("#matrix tbody tr:first-child .id"), history_["end"].substr(0, 10));
  EXPECT_EQ(browser.number("document.querySelectorAll('#matrix button.violated').length"), 5);
  EXPECT_EQ(browser.number("document.querySelectorAll('#matrix button.nothing').length"), 2);
  const auto colour = [&](const char* what) {
    return browser.evaluate(
        fmt::format("getComputedStyle(document.querySelector('{}'))"
                    ".backgroundColor",
                    what));
  };
  EXPECT_NE(colour("#matrix .holds"), colour("#matrix .violated"));

  // A click opens the ladder and the schedule of the failing order.
  browser.evaluate("document.querySelector('#matrix button.violated').click()");
  browser.wait_until("!document.getElementById('ladder').hidden");
  EXPECT_TRUE(has(browser.text("#ladder"), "no close_pc: the PeerConnection of alice stays open"));
  EXPECT_TRUE(has(browser.text("#schedule"), "onhook"));
  EXPECT_TRUE(has(browser.evaluate("document.getElementById('download').download"), ".sched"));
  EXPECT_TRUE(has(browser.evaluate("await (await fetch(document.getElementById('download').href))"
                                   ".text()"),
                  "onhook"));

  // Nothing comes from elsewhere.
  EXPECT_EQ(browser.evaluate("await fetch('data:,x').then(() => 'fetched', () => 'refused')"),
            "refused");

  // The keyboard alone: close, move, open, close.
  browser.press("Escape");
  browser.wait_until("!document.getElementById('detail').open");
  browser.evaluate("document.querySelector('#matrix button[tabindex=\"0\"]').focus()");
  const std::string at = browser.evaluate("document.activeElement.getAttribute('aria-label')");
  browser.press("ArrowDown");
  browser.press("ArrowRight");
  EXPECT_NE(browser.evaluate("document.activeElement.getAttribute('aria-label')"), at);
  const std::string about = browser.text("#about");
  EXPECT_TRUE(about.starts_with("declined_calls_are_forgotten on ") &&
              has(about, ": holds, 1 hold"))
      << about;
  browser.press("Enter");
  browser.wait_until("document.getElementById('detail').open");
  browser.press("Escape");
  browser.wait_until("!document.getElementById('detail').open");

  // Only the rows at which something changes.
  browser.evaluate("document.getElementById('only-changes').click()");
  EXPECT_EQ(browser.number("document.querySelectorAll('#matrix tbody tr:not(.hidden)').length"), 4);

  // Dark when the reader's machine is, and never wider than a phone.
  const std::string light = colour("body");
  browser.prefer_dark();
  EXPECT_NE(colour("body"), light);
  browser.resize(360, 740);
  EXPECT_LE(browser.number("document.documentElement.scrollWidth"), 360);
  browser.evaluate("document.querySelector('#matrix button.violated').click()");
  browser.wait_until("!document.getElementById('ladder').hidden");
  EXPECT_EQ(browser.number("document.getElementById('detail').scrollWidth"),
            browser.number("document.getElementById('detail').clientWidth"))
      << "only the ladder may be wider";
  EXPECT_EQ(browser.errors(), "");
}

}  // namespace
}  // namespace onhook
