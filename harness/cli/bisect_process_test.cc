// SPDX-License-Identifier: GPL-3.0-or-later
// Bisecting with the real executable, on a history of the packaged sources and the founding bug: it
// is broken and mended again; in between a commit does not compile, one moves all files, and one
// brings another layout of plugin.h.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/cli/process_testing.h"
#include "harness/host/git_testing.h"
#include "harness/host/target.h"

namespace onhook {
namespace {

using namespace testing_process;
namespace fs = std::filesystem;

constexpr const char* kScenario = ONHOOK_SCENARIOS "/hangup/client_keeps_pc.scn";

class BisectProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    commits_["good"] = import("1.1.2", "src/", "Begin");
    repo_.write("README", "one");
    commits_["readme"] = repo_.commit("Say something");
    const std::string plugin = text_of_file(repo_.folder() + "/src/plugins/janus_sip.c");
    repo_.write("src/plugins/janus_sip.c", plugin + "\nint is_missing(void) { return }\n");
    commits_["uncompiled"] = repo_.commit("Forget something");
    repo_.write("src/plugins/janus_sip.c", plugin + "\n");
    commits_["compiled"] = repo_.commit("Put it there");
    commits_["broken"] = import("1.1.2+hangup_guard", "src/", "Break it");
    commits_["moved"] = import("1.1.2+hangup_guard", "", "Move all files");
    commits_["other_layout"] = import("1.4.1+hangup_guard", "src/", "Change plugin.h");
    commits_["mended"] = import("1.4.1", "src/", "Mend it");
    repo_.write("README", "two");
    commits_["end"] = repo_.commit("Say something else");
  }

  /// What a target is built from as the next commit.
  std::string import(const std::string& name, const std::string& folder,
                     const std::string& subject) {
    const TargetResult found = resolve_target(name);
    EXPECT_TRUE(found.target) << found.error;
    repo_.git({"rm", "-rqf", "--ignore-unmatch", "."});
    fs::create_directories(repo_.folder() + "/" + folder);
    fs::copy(found.target->code_dir, repo_.folder() + "/" + folder, fs::copy_options::recursive);
    fs::copy(found.target->source_dir + "/configure.ac", repo_.folder());
    return repo_.commit(subject);
  }

  /// What `onhook bisect` prints about the way from one commit to another.
  std::string bisect(const std::string& good, const std::string& bad) {
    const auto before = repo_.everything();
    const std::string log = folder_ / ("log-" + good + "-" + bad);
    code_ = run({"bisect", "--repo", repo_.folder(), "--good", commits_[good], "--bad",
                 commits_[bad], kScenario, "--out", folder_ / "out"},
                log);
    EXPECT_EQ(repo_.everything(), before) << "the clone has changed";
    return text_of_file(log);
  }

  std::string named(const char* what) {
    return fmt::format("{} is the first commit that {} it\n", commits_[what],
                       std::string(what) == "mended" ? "mends" : "breaks");
  }

  TemporaryFolder folder_;
  testing_git::Repository repo_;
  std::map<std::string, std::string> commits_;
  int code_ = -1;
};

TEST_F(BisectProcessTest, finds_the_commit_that_breaks_and_the_one_that_mends) {
  const std::string breaks = bisect("good", "other_layout");
  EXPECT_EQ(code_, 0) << breaks;
  EXPECT_NE(breaks.find(named("broken")), std::string::npos) << breaks;
  EXPECT_NE(breaks.find("subject   Break it\n"), std::string::npos) << breaks;
  EXPECT_NE(breaks.find("changes   src/plugins/janus_sip.c\n"), std::string::npos) << breaks;
  EXPECT_NE(breaks.find("law       never dtls_alert(alice)\n"), std::string::npos) << breaks;
  EXPECT_NE(breaks.find("(no close_pc: the PeerConnection of alice stays open)"), std::string::npos)
      << "no ladder: " << breaks;

  const std::string mended = bisect("end", "broken");
  EXPECT_EQ(code_, 0) << mended;
  EXPECT_NE(mended.find(named("mended")), std::string::npos) << mended;
}

TEST_F(BisectProcessTest, names_what_it_skips_and_never_guesses) {
  // The commit that does not compile is the last but one: it may as well have mended it.
  repo_.git({"checkout", "-q", commits_["other_layout"]});
  repo_.write("src/plugins/janus_sip.c", "int is_missing(void) { return }\n");
  commits_["gone"] = repo_.commit("Lose the plugin");
  commits_["back"] = import("1.4.1", "src/", "Find it again");
  const std::string log = bisect("back", "other_layout");
  EXPECT_EQ(code_, 1) << log;
  EXPECT_NE(log.find("one of these 2 commits mends it; the others could not be judged\n"),
            std::string::npos)
      << log;
  EXPECT_NE(log.find("skipped   " + commits_["gone"].substr(0, 12)), std::string::npos) << log;
}

TEST_F(BisectProcessTest, judges_for_git) {
  repo_.git({"checkout", "-q", commits_["other_layout"]});
  repo_.git({"bisect", "start", commits_["other_layout"], commits_["good"]});
  const std::string found =
      repo_.git({"bisect", "run", ONHOOK_EXECUTABLE, "run", kScenario, "--target-repo",
                 repo_.folder() + "@HEAD", "--bisect", "--out", folder_ / "out"});
  EXPECT_NE(found.find(commits_["broken"] + " is the first bad commit"), std::string::npos)
      << found;
}

TEST_F(BisectProcessTest, what_cannot_be_judged_is_skipped_and_a_wrong_command_aborts) {
  const auto code = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> all = {"run", "--bisect", "--out", folder_ / "out"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run(all, folder_ / "log");
  };
  const std::string at = repo_.folder() + "@";
  EXPECT_EQ(code({kScenario, "--target-repo", at + commits_["good"]}), 0);
  EXPECT_EQ(code({kScenario, "--target-repo", at + commits_["broken"]}), 1);
  EXPECT_EQ(code({kScenario, "--target-repo", at + commits_["uncompiled"]}), 125);
  EXPECT_EQ(code({kScenario, "--target-repo", at + "nothing"}), 129);
  EXPECT_EQ(code({"missing.scn", "--target-repo", at + commits_["good"]}), 129);
  EXPECT_EQ(code({kScenario, "--no-such-option"}), 129);
}

}  // namespace
}  // namespace onhook
