// SPDX-License-Identifier: GPL-3.0-or-later
// The founding scenario on both packaged plugins under the real libtsan, on a schedule that onhook
// wrote: every race of libtsan's is ours too, and where it is not the other way round libtsan
// agrees when it is asked.
#include <gtest/gtest.h>

#include "harness/tsan/tsan_process_testing.h"

namespace onhook {
namespace {

using namespace testing_tsan;

class TsanFoundingTest : public ::testing::TestWithParam<std::string> {};

TEST_P(TsanFoundingTest, every_race_of_libtsans_is_ours) {
  const TemporaryFolder folder;
  const std::vector<std::string> schedules =
      schedules_of({"run", ONHOOK_SCENARIOS "/hangup/client_keeps_pc.scn", "--target", GetParam(),
                    "--judges", "race", "--strategy", "random:2", "--jobs", "1", "--stop-at-first"},
                   folder);
  ASSERT_FALSE(schedules.empty());
  const Compared compared = compare({schedules.front()}, folder);
  EXPECT_EQ(compared.exit_code, 0) << compared.text;
  EXPECT_EQ(compared.only_libtsan, 0) << compared.text;
  EXPECT_GE(compared.both, 20) << compared.text;
}

INSTANTIATE_TEST_SUITE_P(Plugins, TsanFoundingTest, ::testing::Values("stable", "newest"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace onhook
