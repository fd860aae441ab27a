// SPDX-License-Identifier: GPL-3.0-or-later
// Schedules that onhook wrote and samples of programs, under the real AddressSanitizer; on each
// program that misuses the heap (must_fail) what it says is compared with our judge of memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/asan/asan_process_testing.h"

namespace onhook {
namespace {

using namespace testing_process;
using testing_asan::compare;
using testing_asan::compare_with;
using testing_asan::Comparison;
using testing_asan::schedules_of;

const std::string kSelftest = ONHOOK_SCENARIOS "/selftest/";

/// What onhook-asan prints of the schedule that `onhook` writes for this violated scenario.
std::string under_asan(std::vector<std::string> command, int exit_code) {
  const TemporaryFolder folder;
  command.insert(command.end(), {"--judges", "none", "--out", folder / "out"});
  EXPECT_EQ(run(command, folder / "log"), 1) << text_of_file(folder / "log");
  std::error_code none;
  for (const auto& file : std::filesystem::directory_iterator(folder / "out", none)) {
    const std::vector<std::string> arguments = {file.path()};
    EXPECT_EQ(wait_for(start(ONHOOK_ASAN_EXECUTABLE, arguments, folder / "asan", {})), exit_code)
        << text_of_file(folder / "asan");
    return text_of_file(folder / "asan");
  }
  ADD_FAILURE() << "no schedule: " << text_of_file(folder / "log");
  return {};
}

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
}

TEST(AsanProcess, finds_each_misuse_where_it_is) {
  const std::string text = under_asan({"program", ONHOOK_ASAN_TESTDATA "/misuse.c"}, 1);
  expect_in(text, "heap-buffer-overflow, 0 bytes behind a block of 40");
  expect_in(text, "heap-buffer-overflow, 4 bytes before a block of 40");
  expect_in(text, "heap-use-after-free");
  expect_in(text, "stack-buffer-overflow");
  expect_in(text, "global-buffer-overflow");
  expect_in(text, "        at() misuse.c:22\n        main() misuse.c:28\n");
  expect_in(text, "    use reads 4 bytes\n        use() misuse.c:18\n    allocated: main");
  expect_in(text, "    freed: main");
}

std::vector<std::string> programs_that_misuse_memory() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(kSelftest + "must_fail")) {
    const std::string name = file.path().stem();
    if (file.path().extension() == ".scn" && name.starts_with("memory_")) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

class AsanSelftest : public ::testing::TestWithParam<std::string> {};

TEST_P(AsanSelftest, finds_what_is_planted_and_nothing_that_is_not_ours) {
  const TemporaryFolder folder;
  const std::vector<std::string> schedules = schedules_of(
      {"run", kSelftest + "must_fail/" + GetParam() + ".scn", "--strategy", "random:200"}, folder);
  ASSERT_FALSE(schedules.empty());
  // What it cannot know (known_differences.txt).
  const bool unknown = GetParam() == "memory_free_of_the_middle";
  for (const std::string& schedule : schedules) {
    const Comparison compared = compare({schedule}, folder);
    EXPECT_EQ(compared.exit_code, 0) << compared.text;
    EXPECT_EQ(compared.both, unknown ? 0 : 1) << compared.text;
    EXPECT_EQ(compared.only_ours, unknown ? 1 : 0) << compared.text;
    EXPECT_EQ(compared.only_asan, 0) << compared.text;
  }
}

TEST_P(AsanSelftest, finds_nothing_in_the_repaired_twin) {
  const TemporaryFolder folder;
  const Comparison compared =
      compare({kSelftest + "must_pass/" + GetParam() + ".scn", "--executions", "4"}, folder);
  EXPECT_EQ(compared.exit_code, 0) << compared.text;
  EXPECT_EQ(compared.both, 0) << compared.text;
  EXPECT_EQ(compared.only_ours, 0) << compared.text;
}

INSTANTIATE_TEST_SUITE_P(Programs, AsanSelftest, ::testing::ValuesIn(programs_that_misuse_memory()),
                         [](const auto& test) { return test.param; });

TEST(AsanProcess, compares_by_kind_function_and_line) {
  const TemporaryFolder folder;
  const Comparison compared = compare({ONHOOK_ASAN_TESTDATA "/misuse.c"}, folder);
  EXPECT_EQ(compared.exit_code, 0) << compared.text;
  EXPECT_EQ(compared.only_asan, 1) << compared.text;
  expect_in(compared.text,
            "both: out of bounds in at\n    main reads 4 bytes in at() misuse.c:22\n");
  expect_in(compared.text, "only ASan: outside of the heap in at\n");
}

TEST(AsanProcess, a_difference_that_nobody_knows_is_red) {
  const TemporaryFolder folder;
  const Comparison compared = compare_with("/dev/null", {ONHOOK_ASAN_TESTDATA "/misuse.c"}, folder);
  EXPECT_EQ(compared.exit_code, 1) << compared.text;
  expect_in(compared.text, "NOT EXPLAINED");
}

TEST(AsanProcess, only_a_schedule_is_played_without_a_comparison) {
  const TemporaryFolder folder;
  const std::vector<std::string> arguments = {ONHOOK_ASAN_TESTDATA "/misuse.c"};
  EXPECT_EQ(wait_for(start(ONHOOK_ASAN_EXECUTABLE, arguments, folder / "asan", {})), 2);
}

TEST(AsanProcess, has_nothing_to_say_of_a_lost_update) {
  const std::string text =
      under_asan({"run", ONHOOK_SCENARIOS "/selftest/must_fail/unlocked_counter.scn", "--strategy",
                  "random:200", "--jobs", "1"},
                 0);
  expect_in(text, "AddressSanitizer: 0 errors");
}

}  // namespace
}  // namespace onhook
