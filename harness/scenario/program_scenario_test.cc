// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/program_scenario.h"

#include <gtest/gtest.h>

#include <fstream>

#include "harness/base/testing.h"

namespace onhook {
namespace {

class ProgramScenarioTest : public testing::Test {
 protected:
  void SetUp() override { std::ofstream(path_) << "int main(void) { return 0; }\n"; }
  std::string hash(std::vector<std::string> defines, std::vector<std::string> args) {
    const CompileResult r = scenario_of_program(path_, std::move(defines), std::move(args));
    return r.scenario ? r.scenario->hash : "none";
  }

  const testing_base::TemporaryFolder folder_;
  const std::string path_ = folder_ / "toy.c";
};

TEST_F(ProgramScenarioTest, IsTheProgramAndOneOrderWithoutEvents) {
  const CompileResult result = scenario_of_program(path_, {"-DN=2"}, {"fast"});
  ASSERT_TRUE(result.scenario);
  EXPECT_EQ(result.scenario->name, "toy");
  EXPECT_EQ(result.scenario->path, path_);
  ASSERT_TRUE(result.scenario->program);
  EXPECT_EQ(result.scenario->program->c_file, "toy.c");
  EXPECT_EQ(result.scenario->program->defines, std::vector<std::string>{"-DN=2"});
  EXPECT_EQ(result.scenario->program->args, std::vector<std::string>{"fast"});
  ASSERT_EQ(result.scenario->orders.size(), 1u);
  EXPECT_TRUE(result.scenario->orders[0].events.empty());
}

TEST_F(ProgramScenarioTest, ItsHashTellsProgramsAndCallsApart) {
  const std::string plain = hash({}, {});
  EXPECT_EQ(hash({}, {}), plain);
  EXPECT_NE(hash({"-DN"}, {}), plain);
  EXPECT_NE(hash({"-DN"}, {}), hash({}, {"-DN"}));
  EXPECT_NE(hash({}, {"a", "b"}), hash({}, {"ab"}));
  std::ofstream(path_, std::ios::app) << "// changed\n";
  EXPECT_NE(hash({}, {}), plain);
}

TEST_F(ProgramScenarioTest, AFileThatCannotBeReadIsNamed) {
  const auto message = [](const std::string& path) {
    const CompileResult r = scenario_of_program(path, {}, {});
    return r.diagnostics.empty() ? "none" : to_text(r.diagnostics[0]);
  };
  EXPECT_EQ(message(folder_ / "no.c"),
            folder_ / "no.c: error: cannot read the program: No such file or directory\n");
  EXPECT_EQ(message(folder_.path()),
            folder_.path() + ": error: cannot read the program: Is a directory\n");
}

}  // namespace
}  // namespace onhook
