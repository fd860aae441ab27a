// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: a git repository of the test's own, whatever the user's git is set to.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "harness/base/testing.h"
#include "harness/host/command.h"

namespace onhook::testing_git {

class Repository {
 public:
  Repository() {
    std::filesystem::create_directory(folder());
    git({"init", "-q", "-b", "main"});
  }

  std::string folder() const { return temporary_ / "repo"; }

  /// Runs git in it; what it prints, without the last line end.
  std::string git(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command = {"env",
                                        "-i",
                                        "PATH=/usr/bin:/bin",
                                        "GIT_CONFIG_GLOBAL=/dev/null",
                                        "GIT_CONFIG_SYSTEM=/dev/null",
                                        "git",
                                        "-C",
                                        folder(),
                                        "-c",
                                        "user.name=A",
                                        "-c",
                                        "user.email=a@b",
                                        "-c",
                                        "advice.detachedHead=false"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    CommandResult result = run_command(command);
    EXPECT_EQ(result.status, 0) << result.output;
    if (result.output.ends_with('\n')) result.output.pop_back();
    return result.output;
  }

  void write(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = folder() + "/" + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  /// Everything that is there, committed; the commit's id.
  std::string commit(const std::string& subject) const {
    git({"add", "-A"});
    git({"commit", "-q", "--allow-empty", "-m", subject});
    return git({"rev-parse", "HEAD"});
  }

  /// Each file's content and time, by path.
  std::map<std::string, std::string> everything() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      all[entry.path().string()] =
          std::string(std::istreambuf_iterator<char>(in), {}) +
          std::to_string(entry.last_write_time().time_since_epoch().count());
    }
    return all;
  }

 private:
  testing_base::TemporaryFolder temporary_;
};

}  // namespace onhook::testing_git
