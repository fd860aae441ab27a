// SPDX-License-Identifier: GPL-3.0-or-later
// `onhook program` from its arguments to its exit code, with an engine of the test's own.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/cli/command.h"

namespace onhook::cli {
namespace {

const char* points_word(Points points) {
  if (points == Points::racing) return "racing";
  return points == Points::all ? "all" : "none";
}

// Says in `bound` what it was asked for; breaks a law when the program is compiled with -DBUG.
RunResult explore(const CellRequest& cell, ProgressSink& sink) {
  sink.on_progress({Phase::exploring, 1, ""});
  RunResult r;
  r.scenario = cell.scenario_path;
  r.target = cell.target;
  r.verdict = Verdict::holds;
  r.executions = 1234;
  r.seconds = 0.5;
  r.bound =
      fmt::format("{} [{}] {} {} {} {}", fmt::join(cell.defines, " "), fmt::join(cell.args, "|"),
                  cell.strategy, cell.max_executions, cell.max_seconds, points_word(cell.points));
  for (const std::string& define : cell.defines) {
    if (define == "-DCOMPLETE") r.complete = true;
    if (define != "-DBUG") continue;
    r.verdict = Verdict::violated;
    r.violations.push_back({"deadlock", "nobody can go on", 0, {}});
    r.schedule = cell.out_folder + "/x.sched";
  }
  return r;
}

class ProgramVerbTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "program_test.XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    engine_.run_cell = explore;
    engine_.program_error = [](const CellRequest& cell) {
      return cell.scenario_path == "broken.c" ? "broken.c:1:1: error: no\n" : "";
    };
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  int onhook(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    Console console{out_, err_, Style{}, false};
    arguments.insert(arguments.begin(), "program");
    return run_command_line(std::move(arguments), engine_, console);
  }
  bool printed(std::string_view text) const { return out_.str().find(text) != std::string::npos; }
  bool complained(std::string_view text) const {
    return err_.str().find(text) != std::string::npos;
  }

  std::string folder_;
  Engine engine_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ProgramVerbTest, PassesOnHowToCompileAndCallAndExplore) {
  EXPECT_EQ(onhook({"a.c", "-DN=2", "-DX", "--strategy", "dfs", "--budget", "executions=9",
                    "--budget", "seconds=3", "--points", "all", "--args", "4", "fast"}),
            0);
  EXPECT_TRUE(printed("bounded by -DN=2 -DX [4|fast] dfs 9 3 all")) << out_.str();
  EXPECT_TRUE(printed("a.c -DN=2 -DX 4 fast")) << out_.str();
}

TEST_F(ProgramVerbTest, WithoutABudgetThereIsStillABound) {
  EXPECT_EQ(onhook({"a.c"}), 0);
  EXPECT_TRUE(printed("[]  1000000 0 racing")) << out_.str();
}

TEST_F(ProgramVerbTest, PlainAccessesCanBeLeftAlone) {
  EXPECT_EQ(onhook({"a.c", "--points", "none"}), 0);
  EXPECT_TRUE(printed("[]  1000000 0 none")) << out_.str();
}

TEST_F(ProgramVerbTest, SaysHowManyExecutionsHowFastAndWhetherThatWasAll) {
  EXPECT_EQ(onhook({"a.c", "-DCOMPLETE"}), 0);
  EXPECT_TRUE(printed("\nholds: 1,234 executions, complete, in 0.500 s: 2,468 a second\n"))
      << out_.str();
}

TEST_F(ProgramVerbTest, AViolationEndsWithTheCommandThatPlaysItAgain) {
  EXPECT_EQ(onhook({"a.c", "-DBUG", "--out", folder_}), 1);
  EXPECT_TRUE(printed("deadlock"));
  EXPECT_TRUE(out_.str().ends_with("\nonhook replay " + folder_ + "/x.sched\n")) << out_.str();
}

TEST_F(ProgramVerbTest, TheCompilersMessageIsAFileError) {
  EXPECT_EQ(onhook({"broken.c", "-DN=2"}), kUsageError);
  EXPECT_TRUE(complained("broken.c:1:1: error: no\n"));
  EXPECT_TRUE(complained("onhook: error: cannot compile broken.c -DN=2\n"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ProgramVerbTest, WritesTheResultForMachines) {
  const std::string path = folder_ + "/r.json";
  EXPECT_EQ(onhook({"a.c", "-DN=2", "--json", path}), 0);
  std::ifstream in(path);
  const auto json = nlohmann::json::parse(in);
  EXPECT_EQ(json["results"][0]["scenario"], "a.c -DN=2");
  EXPECT_EQ(json["results"][0]["target"], "program");
  EXPECT_EQ(json["results"][0]["executions"], 1234);
}

TEST_F(ProgramVerbTest, MistakesAreUsageErrors) {
  EXPECT_EQ(onhook({"a.scn"}), kUsageError);
  EXPECT_TRUE(complained("'a.scn' is no C file\nscenarios are for 'onhook run'\n")) << err_.str();
  EXPECT_EQ(onhook({"a.c", "--points", "some"}), kUsageError);
  EXPECT_EQ(onhook({"a.c", "--budget", "executions=0"}), kUsageError);
  EXPECT_TRUE(complained("'executions=0' is no budget")) << err_.str();
  EXPECT_EQ(onhook({"a.c", "--stratagy", "dfs"}), kUsageError);
  EXPECT_TRUE(complained("did you mean '--strategy'?")) << err_.str();
  EXPECT_EQ(onhook({}), kUsageError);
}

}  // namespace
}  // namespace onhook::cli
