// SPDX-License-Identifier: GPL-3.0-or-later
// What judges say, word for word: for each scenarios/selftest/reports/NAME.txt the program
// must_fail/NAME.scn is reported exactly so, and its twin must_pass/NAME.scn is proven to give no
// report in any of its orders. With ONHOOK_UPDATE_GOLDEN=1 in the environment the files are written
// instead, and the tests fail: look at the difference and commit it.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/cli/process_testing.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;
using namespace testing_process;

std::string selftest(const std::string& path) {
  return std::string(ONHOOK_SCENARIOS) + "/selftest/" + path;
}

std::vector<std::string> names_of_reports() {
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(selftest("reports"))) {
    if (file.path().extension() == ".txt") names.push_back(file.path().stem());
  }
  std::ranges::sort(names);
  return names;
}

/// The reports without ladders and replay lines: from each "law" to the next empty line or replay.
std::string judged_part(const std::string& printed) {
  std::istringstream lines(printed);
  std::string out;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("law  ")) inside = true;
    if (line.starts_with("onhook replay") || line.empty()) inside = false;
    if (inside) out += line + '\n';
  }
  return out;
}

class JudgesProcessTest : public ::testing::TestWithParam<std::string> {};

TEST_P(JudgesProcessTest, the_report_is_exactly_this) {
  const TemporaryFolder folder;
  EXPECT_EQ(run({"run", selftest("must_fail/" + GetParam() + ".scn"), "--judges", "all",
                 "--strategy", "dpor", "--jobs", "1", "--out", folder / "out"},
                folder / "log"),
            1);
  const std::string got = judged_part(text_of_file(folder / "log"));
  const std::string path = selftest("reports/" + GetParam() + ".txt");
  const std::string wanted = text_of_file(path);
  EXPECT_EQ(got, wanted) << text_of_file(folder / "log");
  if (got != wanted && ::getenv("ONHOOK_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << got;
}

TEST_P(JudgesProcessTest, the_repaired_twin_is_proven_to_give_none) {
  const TemporaryFolder folder;
  EXPECT_EQ(
      run({"run", selftest("must_pass/" + GetParam() + ".scn"), "--judges", "all", "--strategy",
           "dpor", "--jobs", "1", "--json", folder / "json", "--out", folder / "out"},
          folder / "log"),
      0)
      << text_of_file(folder / "log");
  const std::vector<RunResult> results = results_of(folder / "json");
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].complete) << results[0].bound;
}

INSTANTIATE_TEST_SUITE_P(Selftests, JudgesProcessTest, ::testing::ValuesIn(names_of_reports()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace onhook
