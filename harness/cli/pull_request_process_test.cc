// SPDX-License-Identifier: GPL-3.0-or-later
// ci/check-pull-request: what the sample workflow of ci/janus-workflow.yml runs on a fork of Janus.
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/cli/history_testing.h"
#include "harness/cli/process_testing.h"
#include "harness/host/command.h"

namespace onhook {
namespace {

using namespace testing_process;
namespace fs = std::filesystem;

class PullRequestProcessTest : public ::testing::Test {
 protected:
  CommandResult check(const std::string& base, const std::string& head) {
    return run_command({ONHOOK_SCENARIOS "/../ci/check-pull-request", "--onhook", ONHOOK_EXECUTABLE,
                        history_.folder(), base, head, folder_ / "out",
                        ONHOOK_SCENARIOS "/hangup/client_keeps_pc.scn"});
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  TemporaryFolder folder_;
  JanusHistory history_;
};

TEST_F(PullRequestProcessTest, a_change_that_breaks_a_law_is_red_and_leaves_its_schedule) {
  const CommandResult broken = check(history_["good"], history_["broken"]);
  EXPECT_EQ(broken.status, 1) << broken.output;
  EXPECT_TRUE(has(broken.output, "BROKEN")) << broken.output;
  EXPECT_TRUE(has(broken.output, "never dtls_alert(alice)")) << broken.output;
  EXPECT_TRUE(has(text_of_file(folder_ / "out/junit.xml"), "<testsuite"));
  EXPECT_FALSE(fs::is_empty(folder_ / "out/schedules"));
}

TEST_F(PullRequestProcessTest,
       a_change_that_mends_one_is_green_and_one_that_does_not_compile_is_said) {
  const CommandResult mended = check(history_["other_layout"], history_["mended"]);
  EXPECT_EQ(mended.status, 0) << mended.output;
  EXPECT_TRUE(has(mended.output, "mended ")) << mended.output;
  const CommandResult uncompiled = check(history_["good"], history_["uncompiled"]);
  EXPECT_EQ(uncompiled.status, 2) << uncompiled.output;
  EXPECT_TRUE(has(uncompiled.output, "is_missing")) << uncompiled.output;
}

}  // namespace
}  // namespace onhook
