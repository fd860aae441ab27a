// SPDX-License-Identifier: GPL-3.0-or-later
// Bisecting with the real executable, on a history of the packaged sources and the founding bug.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/cli/history_testing.h"
#include "harness/cli/process_testing.h"

namespace onhook {
namespace {

using namespace testing_process;
constexpr const char* kScenario = ONHOOK_SCENARIOS "/hangup/client_keeps_pc.scn";

class BisectProcessTest : public ::testing::Test {
 protected:
  /// What `onhook bisect` prints about the way from one commit to another.
  std::string bisect(const std::string& good, const std::string& bad) {
    const auto before = history_.repo().everything();
    const std::string log = folder_ / ("log-" + good + "-" + bad);
    code_ = run({"bisect", "--repo", history_.folder(), "--good", history_[good], "--bad",
                 history_[bad], kScenario, "--out", folder_ / "out"},
                log);
    EXPECT_EQ(history_.repo().everything(), before) << "the clone has changed";
    return text_of_file(log);
  }

  std::string named(const char* what) {
    return fmt::format("{} is the first commit that {} it\n", history_[what],
                       std::string(what) == "mended" ? "mends" : "breaks");
  }

  TemporaryFolder folder_;
  JanusHistory history_;
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
  history_.repo().git({"checkout", "-q", history_["other_layout"]});
  history_.repo().write("src/plugins/janus_sip.c", "int is_missing(void) { return }\n");
  history_.commit("gone", "Lose the plugin");
  history_.import("back", "1.4.1", "src/", "Find it again");
  const std::string log = bisect("back", "other_layout");
  EXPECT_EQ(code_, 1) << log;
  EXPECT_NE(log.find("one of these 2 commits mends it; the others could not be judged\n"),
            std::string::npos)
      << log;
  EXPECT_NE(log.find("skipped   " + history_["gone"].substr(0, 12)), std::string::npos) << log;
}

TEST_F(BisectProcessTest, judges_for_git) {
  history_.repo().git({"checkout", "-q", history_["other_layout"]});
  history_.repo().git({"bisect", "start", history_["other_layout"], history_["good"]});
  const std::string found =
      history_.repo().git({"bisect", "run", ONHOOK_EXECUTABLE, "run", kScenario, "--target-repo",
                           history_.folder() + "@HEAD", "--bisect", "--out", folder_ / "out"});
  EXPECT_NE(found.find(history_["broken"] + " is the first bad commit"), std::string::npos)
      << found;
}

TEST_F(BisectProcessTest, what_cannot_be_judged_is_skipped_and_a_wrong_command_aborts) {
  const auto code = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> all = {"run", "--bisect", "--out", folder_ / "out"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run(all, folder_ / "log");
  };
  const std::string at = history_.folder() + "@";
  EXPECT_EQ(code({kScenario, "--target-repo", at + history_["good"]}), 0);
  EXPECT_EQ(code({kScenario, "--target-repo", at + history_["broken"]}), 1);
  EXPECT_EQ(code({kScenario, "--target-repo", at + history_["uncompiled"]}), 125);
  EXPECT_EQ(code({kScenario, "--target-repo", at + "nothing"}), 129);
  EXPECT_EQ(code({"missing.scn", "--target-repo", at + history_["good"]}), 129);
  EXPECT_EQ(code({kScenario, "--no-such-option"}), 129);
}

}  // namespace
}  // namespace onhook
