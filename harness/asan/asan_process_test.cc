// SPDX-License-Identifier: GPL-3.0-or-later
// Schedules that onhook wrote, under the real AddressSanitizer.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "harness/cli/process_testing.h"

namespace onhook {
namespace {

using namespace testing_process;

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
  expect_in(text, "use-after-poison, 0 bytes behind a block of 40");
  expect_in(text, "use-after-poison, 4 bytes before a block of 40");
  expect_in(text, "stack-buffer-overflow");
  expect_in(text, "global-buffer-overflow");
  expect_in(text, "        at() misuse.c:22\n        main() misuse.c:28\n");
  expect_in(text, "    use reads 4 bytes\n        use() misuse.c:18\n    allocated: main");
  expect_in(text, "    freed: main");
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
