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
  /// `script`: with $folder, where the server's files lie, and the number of its process in pid.
  ServerFiles server(const std::string& script) {
    std::filesystem::create_directories(home_ / "bin");
    std::ofstream(home_ / "bin/janus")
        << "#!/bin/sh\nfolder=${2#--configs-folder=}\necho $$ >" << home_ / "pid"
        << "\necho $folder >" << home_ / "folder" << '\n'
        << script;
    std::filesystem::permissions(home_ / "bin/janus", std::filesystem::perms::owner_all);
    return {home_.path(), "", {}, "", kSecond / 5};
  }
  std::string failure_of(const std::string& script) {
    try {
      const JanusServer started(
          server(script), [](std::string_view) {}, is_there);
      pass(kSecond / 5);
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

constexpr const char* kServes = ": >$folder/janus\nexec sleep 100\n";

TEST_F(JanusServerTest, ItEndsWithItsObjectAndLeavesNothing) {
  EXPECT_EQ(failure_of(kServes), "");
  EXPECT_FALSE(runs());
  EXPECT_FALSE(left_folder());
}

TEST_F(JanusServerTest, OneThatDoesNotWantToEndIsEnded) {
  EXPECT_EQ(failure_of("trap '' TERM\n: >$folder/janus\nwhile :; do sleep 0.05; done\n"), "");
  EXPECT_FALSE(runs());
}

TEST_F(JanusServerTest, WhatItSaidLastIsTold) {
  const std::string why = failure_of("echo out of memory\n");
  EXPECT_NE(why.find("the server ended while it started: its last words: out of memory"),
            std::string::npos)
      << why;
  EXPECT_FALSE(left_folder());
  EXPECT_EQ(failure_of(": >$folder/janus\nsleep 0.2\nexit 3\n").find("the server ended by itself"),
            0u);
  EXPECT_EQ(failure_of(": >$folder/janus\nsleep 0.2\nkill -SEGV $$\n")
                .find("the server died of signal 11"),
            0u);
}

TEST_F(JanusServerTest, OneThatDoesNotAnswerIsBegunAnew) {
  ServerFiles files = server("[ -f $folder/tried ] || { : >$folder/tried; exec sleep 100; }\n" +
                             std::string(kServes));
  files.patience = kSecond;
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
  ServerFiles files = server(": >$folder/janus\nsleep 0.3\necho $MARK\nexec sleep 100\n");
  files.under = {"env", "MARK=seen"};
  std::string line;
  const JanusServer started(
      files, [&](std::string_view text) { line = text; }, is_there);
  wait_until([&] { return line == "seen"; }, 5 * kSecond, "the command's mark");
}

TEST_F(JanusServerTest, LinesComeOneByOne) {
  std::vector<std::string> lines;
  {
    const JanusServer started(
        server(": >$folder/janus\nsleep 0.3\nprintf 'one\\ntwo\\nthr'\nsleep "
               "0.1\necho ee\nexec sleep 100\n"),
        [&](std::string_view line) { lines.emplace_back(line); }, is_there);
    wait_until([&] { return lines.size() == 3; }, 5 * kSecond, "three lines");
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
  wait_until([&] { return !runs(); }, 5 * kSecond, "the server to die");
  std::string folder = text_of_file(home_ / "folder");
  folder.pop_back();
  std::filesystem::remove_all(folder);  // nobody was left to do it
}

}  // namespace
}  // namespace onhook::e2e
