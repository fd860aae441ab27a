// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/explained_differences.h"

#include <gtest/gtest.h>

#include <fstream>

#include "harness/base/testing.h"

namespace onhook {
namespace {

using testing_base::TemporaryFolder;

std::string written(const TemporaryFolder& folder, const std::string& text) {
  std::ofstream(folder / "known.txt") << text;
  return folder / "known.txt";
}

TEST(ExplainedDifferences, a_reason_fits_one_scenario_difference_and_cause) {
  const TemporaryFolder folder;
  const auto read = read_explained_differences(
      written(folder,
              "# known\nscenario fence\ndifference only libtsan\ncause RACE of a and b on "
              "x\nbecause it has no fences\n"));
  ASSERT_TRUE(std::holds_alternative<std::vector<ExplainedDifference>>(read));
  const auto& known = std::get<std::vector<ExplainedDifference>>(read);
  const std::string* reason = reason_for("fence", "only libtsan", "RACE of a and b on x", known);
  ASSERT_NE(reason, nullptr);
  EXPECT_EQ(*reason, "it has no fences");
  EXPECT_EQ(reason_for("other", "only libtsan", "RACE of a and b on x", known), nullptr);
  EXPECT_EQ(reason_for("fence", "only ours", "RACE of a and b on x", known), nullptr);
  EXPECT_EQ(reason_for("fence", "only libtsan", "RACE of a and c on x", known), nullptr);
}

TEST(ExplainedDifferences, a_paragraph_without_its_reason_is_refused) {
  const TemporaryFolder folder;
  const auto missing = read_explained_differences(
      written(folder, "scenario fence\ndifference only libtsan\ncause RACE of a and b on x\n"));
  ASSERT_TRUE(std::holds_alternative<Diagnostic>(missing));
  const auto swapped = read_explained_differences(written(folder, "cause x\n"));
  ASSERT_TRUE(std::holds_alternative<Diagnostic>(swapped));
  EXPECT_EQ(std::get<Diagnostic>(swapped).line, 1);
}

}  // namespace
}  // namespace onhook
