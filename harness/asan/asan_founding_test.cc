// SPDX-License-Identifier: GPL-3.0-or-later
// The plugin under the real AddressSanitizer, beside our judge of memory: the founding scenario on
// both packaged plugins, where neither has anything to say, and a scenario where both have.
#include <gtest/gtest.h>

#include "harness/asan/asan_process_testing.h"

namespace onhook {
namespace {

using namespace testing_asan;

class AsanFounding : public ::testing::TestWithParam<std::string> {};

TEST_P(AsanFounding, neither_says_anything) {
  const TemporaryFolder folder;
  const Comparison compared = compare(
      {ONHOOK_SCENARIOS "/hangup/client_keeps_pc.scn", "--target", GetParam(), "--executions", "6"},
      folder);
  EXPECT_EQ(compared.exit_code, 0) << compared.text;
  EXPECT_EQ(compared.both, 0) << compared.text;
  EXPECT_EQ(compared.only_asan, 0) << compared.text;
  EXPECT_EQ(compared.only_ours, 0) << compared.text;
}

INSTANTIATE_TEST_SUITE_P(Plugins, AsanFounding, ::testing::Values("stable", "newest"),
                         [](const auto& test) { return test.param; });

TEST(AsanOnThePlugin, both_find_the_session_that_is_used_after_it_was_freed) {
  const TemporaryFolder folder;
  const std::vector<std::string> schedules =
      schedules_of({"run", ONHOOK_SCENARIOS "/judged/account_leaves_while_its_helper_calls.scn",
                    "--target", "stable", "--strategy", "random:60", "--budget", "executions=60"},
                   folder);
  ASSERT_FALSE(schedules.empty());
  int both = 0;
  for (const std::string& schedule : schedules) {
    const Comparison compared = compare({schedule}, folder);
    EXPECT_EQ(compared.exit_code, 0) << compared.text;
    EXPECT_EQ(compared.only_asan, 0) << compared.text;
    both += compared.both;
  }
  EXPECT_GE(both, 1);
}

/// No access of the plugin's, so it is asked: a mutex in a session that is freed.
TEST(AsanOnThePlugin, agrees_about_a_mutex_in_freed_memory_when_asked) {
  const TemporaryFolder folder;
  const Comparison compared = compare({ONHOOK_SCENARIOS "/judged/helper_outlives_its_account.scn",
                                       "--target", "stable", "--executions", "2"},
                                      folder);
  EXPECT_EQ(compared.exit_code, 0) << compared.text;
  EXPECT_EQ(compared.only_ours, 1) << compared.text;
  EXPECT_NE(compared.text.find("only ours: asked: use after free in janus_sip_destroy_session"),
            std::string::npos)
      << compared.text;
}

}  // namespace
}  // namespace onhook
