// SPDX-License-Identifier: GPL-3.0-or-later
// The verbs for those who write scenarios: new, lint, fmt.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "harness/base/testing.h"
#include "harness/cli/command.h"

namespace onhook::cli {
namespace {

class Authoring : public testing::Test {
 protected:
  int onhook(std::vector<std::string> arguments) {
    out.str("");
    err.str("");
    Console console{out, err, Style{}, false};
    return run_command_line(std::move(arguments), engine, console);
  }
  std::string put(const std::string& name, std::string_view text) const {
    std::ofstream(folder / name) << text;
    return folder / name;
  }

  testing_base::TemporaryFolder folder;
  Engine engine;
  std::ostringstream out, err;
};

TEST_F(Authoring, a_new_scenario_is_sound_and_laid_out) {
  EXPECT_EQ(onhook({"new", folder / "first_try"}), 0) << err.str();
  EXPECT_EQ(onhook({"lint", folder / "first_try.scn"}), 0) << out.str();
  EXPECT_EQ(onhook({"fmt", "--check", folder / "first_try.scn"}), 0) << out.str();
}

TEST_F(Authoring, a_new_scenario_overwrites_nothing_and_wants_a_name) {
  const std::string there = put("mine.scn", "keep me");
  EXPECT_EQ(onhook({"new", there}), 2);
  EXPECT_EQ(testing_base::text_of_file(there), "keep me");
  EXPECT_EQ(onhook({"new", folder / "9-lives"}), 2);
  EXPECT_NE(err.str().find("a name is a letter"), std::string::npos);
  EXPECT_EQ(onhook({"new", folder / "within"}), 2);
  EXPECT_NE(err.str().find("'within' is a word of the language"), std::string::npos);
}

TEST_F(Authoring, lint_tells_errors_of_every_file_and_counts) {
  put("a.scn", "nonsense\n");
  put("b.scn", "scenario b\nprogram b.c\nactor x browser\n");
  EXPECT_EQ(onhook({"lint", folder.path()}), 2);
  EXPECT_NE(out.str().find("a.scn:1:1: error"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("b.scn"), std::string::npos);
  EXPECT_NE(out.str().find("2 scenarios: "), std::string::npos);
}

TEST_F(Authoring, lint_warns_without_calling_it_an_error) {
  put("p.c", "int main(void) { return 0; }\n");
  const std::string file = put("p.scn", "scenario p\nprogram p.c\n");
  EXPECT_EQ(onhook({"lint", file}), 1);
  EXPECT_NE(out.str().find("p.scn:1:1: warning: the scenario has no summary"), std::string::npos)
      << out.str();
}

TEST_F(Authoring, fmt_lays_out_in_place_and_check_only_tells) {
  const std::string file = put("a.scn", "scenario   a\nactor x browser\n\n\n");
  EXPECT_EQ(onhook({"fmt", "--check", file}), 1);
  EXPECT_EQ(out.str(), file + "\n");
  EXPECT_EQ(testing_base::text_of_file(file), "scenario   a\nactor x browser\n\n\n");
  EXPECT_EQ(onhook({"fmt", file}), 0);
  EXPECT_EQ(testing_base::text_of_file(file), "scenario a\nactor  x  browser\n");
  EXPECT_EQ(onhook({"fmt", "--check", file}), 0);
}

}  // namespace
}  // namespace onhook::cli
