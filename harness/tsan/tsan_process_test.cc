// SPDX-License-Identifier: GPL-3.0-or-later
// The selftests of races under the real libtsan: on a schedule of each program that has a race
// (must_fail), written by onhook, every race of libtsan's is ours too; its repaired twin
// (must_pass) has none in the executions tried. What differs is in known_differences.txt.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "harness/tsan/tsan_process_testing.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;
using namespace testing_tsan;

const std::string kSelftest = ONHOOK_SCENARIOS "/selftest/";

std::vector<std::string> programs_with_races() {
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(kSelftest + "must_fail")) {
    const std::string name = file.path().stem();
    if (file.path().extension() == ".scn" && name.starts_with("race_")) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

class TsanProcessTest : public ::testing::TestWithParam<std::string> {};

TEST_P(TsanProcessTest, finds_what_is_planted_and_nothing_that_is_not_ours) {
  const TemporaryFolder folder;
  const std::vector<std::string> schedules =
      schedules_of({"run", kSelftest + "must_fail/" + GetParam() + ".scn", "--judges", "race",
                    "--strategy", "dpor", "--jobs", "1"},
                   folder);
  ASSERT_FALSE(schedules.empty());
  for (const std::string& schedule : schedules) {
    const Compared compared = compare({schedule}, folder);
    EXPECT_EQ(compared.exit_code, 0) << compared.text;
    EXPECT_GE(compared.both, 1) << compared.text;
  }
}

TEST_P(TsanProcessTest, finds_nothing_in_the_repaired_twin) {
  const TemporaryFolder folder;
  const Compared compared =
      compare({kSelftest + "must_pass/" + GetParam() + ".scn", "--executions", "4"}, folder);
  EXPECT_EQ(compared.exit_code, 0) << compared.text;
  EXPECT_EQ(compared.both, 0) << compared.text;
  EXPECT_EQ(compared.only_ours, 0) << compared.text;
}

INSTANTIATE_TEST_SUITE_P(Selftests, TsanProcessTest, ::testing::ValuesIn(programs_with_races()),
                         [](const auto& test) { return test.param; });

/// Where the C standard is on our side.
TEST(TsanProcess, libtsan_takes_a_failed_exchange_for_a_write) {
  const TemporaryFolder folder;
  const Compared compared =
      compare({ONHOOK_TSAN_TESTDATA "/failed_exchange.c", "--executions", "4"}, folder);
  EXPECT_EQ(compared.exit_code, 0) << compared.text;
  EXPECT_GE(compared.only_libtsan, 1) << compared.text;
  EXPECT_EQ(compared.both + compared.only_ours, 0) << compared.text;
}

TEST(TsanProcess, libtsan_goes_on_with_a_release_that_a_relaxed_store_ended) {
  const TemporaryFolder folder;
  const std::vector<std::string> schedules = schedules_of(
      {"program", ONHOOK_TSAN_TESTDATA "/relaxed_store.c", "--judges", "race"}, folder);
  ASSERT_FALSE(schedules.empty());
  const Compared compared = compare({schedules.front()}, folder);
  EXPECT_EQ(compared.exit_code, 0) << compared.text;
  EXPECT_EQ(compared.only_ours, 1) << compared.text;
  EXPECT_NE(compared.text.find("only ours: ordered"), std::string::npos) << compared.text;
}

TEST(TsanProcess, replay_becomes_it) {
  const TemporaryFolder folder;
  const std::vector<std::string> schedules =
      schedules_of({"run", kSelftest + "must_fail/race_counter.scn", "--judges", "race",
                    "--strategy", "dpor", "--jobs", "1"},
                   folder);
  ASSERT_FALSE(schedules.empty());
  EXPECT_EQ(testing_process::run({"replay", schedules.front(), "--tsan"}, folder / "replayed"), 0);
  const std::string text = testing_process::text_of_file(folder / "replayed");
  EXPECT_NE(text.find("2 both, 0 only libtsan, 0 only ours"), std::string::npos) << text;
}

TEST(TsanProcess, a_difference_that_nobody_knows_is_red) {
  const TemporaryFolder folder;
  const std::string twin = kSelftest + "must_pass/race_fence.scn";
  const Compared known = compare({twin, "--executions", "8"}, folder);
  EXPECT_EQ(known.only_libtsan, 1) << known.text;
  const Compared unknown = compare_with("/dev/null", {twin, "--executions", "8"}, folder);
  EXPECT_EQ(unknown.exit_code, 1) << unknown.text;
  EXPECT_NE(unknown.text.find("NOT EXPLAINED"), std::string::npos) << unknown.text;
}

}  // namespace
}  // namespace onhook
