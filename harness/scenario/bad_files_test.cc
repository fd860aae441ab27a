// SPDX-License-Identifier: GPL-3.0-or-later
// Every file of scenarios/bad is wrong, and what is said about it stands beside it. After a change
// of the language, ONHOOK_UPDATE_GOLDEN=1 writes the files anew: read the difference.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/testing.h"
#include "harness/scenario/compiler.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(ONHOOK_SOURCE_FOLDER) / "scenarios" / "bad";

std::vector<std::string> names_in(const fs::path& folder, const std::string& extension) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == extension) names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class BadFile : public testing::TestWithParam<std::string> {};

TEST_P(BadFile, IsRefusedWithTheMessageBesideIt) {
  const std::string file = GetParam() + ".scn";
  const CompileResult result = compile_scenario(testing_base::text_of_file(kFolder / file), file);
  EXPECT_FALSE(result.scenario.has_value());
  std::string said;
  for (const Diagnostic& d : result.diagnostics) said += to_text(d);
  EXPECT_NE(said, "");
  const fs::path golden = kFolder / (GetParam() + ".expected");
  if (std::getenv("ONHOOK_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << said;
  EXPECT_EQ(said, testing_base::text_of_file(golden));
}

INSTANTIATE_TEST_SUITE_P(Corpus, BadFile, testing::ValuesIn(names_in(kFolder, ".scn")),
                         [](const auto& file) { return file.param; });

TEST(BadFiles, AreManyAndEachHasAMessage) {
  EXPECT_GE(names_in(kFolder, ".scn").size(), 30u);
  EXPECT_EQ(names_in(kFolder, ".scn"), names_in(kFolder, ".expected"));
}

}  // namespace
}  // namespace onhook
