// SPDX-License-Identifier: GPL-3.0-or-later
// The life of the server's process, with shell scripts in its place.
#include "e2e/janus_server.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "e2e/failure.h"
#include "e2e/main_loop.h"
#include "harness/base/testing.h"

namespace onhook::e2e {
namespace {

using testing_base::TemporaryFolder;
using testing_base::text_of_file;
constexpr TimeNs kSecond = 1'000'000'000;

bool is_there(const std::string& socket) { return std::filesystem::exists(socket); }

class JanusServerTest : public ::testing::Test {
 protected:
  /// `script`: with $folder, where the server's files lie, the number of its process in pid, and
  /// `heard_of`, which returns once go_on() has been called.
  ServerFiles server(const std::string& script) {
    std::filesystem::create_directories(home_ / "bin");
    std::ofstream(home_ / "bin/janus")
        << "#!/bin/sh\nfolder=${2#--configs-folder=}\necho $$ >" << home_ / "pid"
        << "\necho $folder >" << home_ / "folder"
        << "\nheard_of() { until [ -e " << home_ / "go_on"
        << " ]; do sleep 0.01; done; }\n"
        << script;
    std::filesystem::permissions(home_ / "bin/janus", std::filesystem::perms::owner_all);
    return {home_.path(), "", {}, "", kSecond / 5};
  }
  void go_on() { std::ofstream(home_ / "go_on"); }
  /// What a server fails of that lives for `life` at most.
  std::string failure_of(const std::string& script, TimeNs life) {
    std::filesystem::remove(home_ / "go_on");
    try {
      const JanusServer started(
          server(script), [](std::string_view) {}, is_there);
      go_on();
      pass(life);
    } catch (const Failure& failure) {
      return failure.what();
    }
    return "";
  }
  bool runs() {
    const int pid = std::stoi(text_of_file(home_ / "pid"));
    // Of one that is dead but not yet waited for, this is empty.
    std::ifstream command("/proc/" + std::to_string(pid) + "/cmdline");
    return command.peek() != std::ifstream::traits_type::eof();
  }
  bool left_folder() {
    std::string folder = text_of_file(home_ / "folder");
    folder.pop_back();
    return std::filesystem::exists(folder);
  }

  TemporaryFolder home_;
};

constexpr TimeNs kLong = 60 * kSecond;  // for what comes, and ends the wait
constexpr const char* kServes = ": >$folder/janus\nexec sleep 100\n";

TEST_F(JanusServerTest, ItEndsWithItsObjectAndLeavesNothing) {
  EXPECT_EQ(failure_of(kServes, kSecond / 5), "");
  EXPECT_FALSE(runs());
  EXPECT_FALSE(left_folder());
}

TEST_F(JanusServerTest, OneThatDoesNotWantToEndIsEnded) {
  EXPECT_EQ(
      failure_of("trap '' TERM\n: >$folder/janus\nwhile :; do sleep 0.05; done\n", kSecond / 5),
      "");
  EXPECT_FALSE(runs());
}

TEST_F(JanusServerTest, WhatItSaidLastIsTold) {
  const std::string why = failure_of("echo out of memory\n", kLong);
  EXPECT_NE(why.find("the server ended while it started: its last words: out of memory"),
            std::string::npos)
      << why;
  EXPECT_FALSE(left_folder());
  EXPECT_EQ(
      failure_of(": >$folder/janus\nheard_of\nexit 3\n", kLong).find("the server ended by itself"),
      0u);
  EXPECT_EQ(failure_of(": >$folder/janus\nheard_of\nkill -SEGV $$\n", kLong)
                .find("the server died of signal 11"),
            0u);
}

TEST_F(JanusServerTest, OneThatDoesNotAnswerIsBegunAnew) {
  ServerFiles files = server("[ -f $folder/tried ] || { : >$folder/tried; exec sleep 100; }\n" +
                             std::string(kServes));
  files.patience = 2 * kSecond;
  const JanusServer started(
      files, [](std::string_view) {}, is_there);
  EXPECT_TRUE(is_there(started.socket_path()));
}

TEST_F(JanusServerTest, OneThatIsNotThereIsNamed) {
  try {
    const JanusServer server(
        {"/nowhere", "", {}, "", kSecond}, [](std::string_view) {}, is_there);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_NE(std::string(failure.what()).find("/nowhere/bin/janus"), std::string::npos)
        << failure.what();
  }
}

TEST_F(JanusServerTest, ACommandCanRunIt) {
  ServerFiles files = server(": >$folder/janus\nheard_of\necho $MARK\nexec sleep 100\n");
  files.under = {"env", "MARK=seen"};
  std::string line;
  const JanusServer started(
      files, [&](std::string_view text) { line = text; }, is_there);
  go_on();
  wait_until([&] { return line == "seen"; }, kLong, "the command's mark");
}

TEST_F(JanusServerTest, LinesComeOneByOne) {
  std::vector<std::string> lines;
  {
    const JanusServer started(
        server(": >$folder/janus\nheard_of\nprintf 'one\\ntwo\\nthr'\nsleep "
               "0.1\necho ee\nexec sleep 100\n"),
        [&](std::string_view line) { lines.emplace_back(line); }, is_there);
    go_on();
    wait_until([&] { return lines.size() == 3; }, kLong, "three lines");
  }
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "three"}));
}

TEST_F(JanusServerTest, ItDiesWithWhoStartedItHoweverThatEnds) {
  const ServerFiles files = server(kServes);
  const pid_t starter = ::fork();
  if (starter == 0) {
    const JanusServer started(
        files, [](std::string_view) {}, is_there);
    ::raise(SIGKILL);
  }
  int status = 0;
  ::waitpid(starter, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  wait_until([&] { return !runs(); }, kLong, "the server to die");
  std::string folder = text_of_file(home_ / "folder");
  folder.pop_back();
  std::filesystem::remove_all(folder);  // nobody was left to do it
}

}  // namespace
}  // namespace onhook::e2e
