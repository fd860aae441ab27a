// SPDX-License-Identifier: GPL-3.0-or-later
// The command line from its arguments to its exit code, with an engine of the test's own.
#include "harness/cli/command.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/base/strings.h"
#include "harness/trace/schedule.h"

namespace onhook::cli {
namespace {

constexpr std::string_view kScenario = R"(scenario NAME
  "The client hangs up and the plugin closes its PeerConnection."
actor alice browser
actor bob sip_peer
given call alice -> bob with audio
alice requests hangup
event hangup alice requests hangup
never dtls_alert(alice)
settles within 35s
)";

Trace a_trace() {
  Trace trace;
  trace.lanes = {{"core loop", ""}};
  trace.facts = {{1, 0, 5, intern("alice"), intern("pc_closes"), intern("DTLS alert")}};
  return trace;
}

// Breaks "PC-CLOSE" on targets that end in "+bug", holds elsewhere.
RunResult explore(const CellRequest& cell, ProgressSink& sink) {
  sink.on_progress({Phase::exploring, 1, ""});
  RunResult r;
  r.scenario = cell.scenario_path;
  r.target = cell.target;
  r.executions = cell.max_executions == 0 ? 7 : cell.max_executions;
  r.verdict = Verdict::holds;
  r.bound = cell.strategy;
  if (cell.target == "empty") r.verdict = Verdict::vacuous;
  if (cell.target.ends_with("+bug")) {
    r.verdict = Verdict::violated;
    r.violations.push_back({"PC-CLOSE", "closed by a DTLS alert", 0, a_trace()});
    sink.on_violation(r.violations[0], cell.out_folder + "/a.sched");
  }
  return r;
}

class CommandTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "command_test.XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::filesystem::create_directories(folder_ + "/bad");
    put_scenario("b.scn", "b");
    put_scenario("a.scn", "a");
    put("bad/c.scn", "no scenario\n");
    engine_.run_cell = explore;
    engine_.replay = [](const Schedule&) {
      ReplayResult r;
      r.trace = a_trace();
      r.identical = true;
      r.violations.push_back({"PC-CLOSE", "closed by a DTLS alert", 0, r.trace});
      return r;
    };
    engine_.targets = [] {
      return std::vector<TargetInfo>{{"1.1.2", {"stable"}, "v1.1.2", "built"},
                                     {"1.4.1", {"newest"}, "v1.4.1", "built"}};
    };
    engine_.aliases = [] { return TargetAliases{{"stable", "1.1.2"}, {"newest", "1.4.1"}}; };
    engine_.prepare_target = [](const std::string& name) {
      return name.starts_with("9") ? std::string("no such version") : std::string();
    };
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string put(const std::string& name, std::string_view text) {
    std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
  std::string put_scenario(const std::string& file, const std::string& name) {
    std::string text(kScenario);
    text.replace(text.find("NAME"), 4, name);
    return put(file, text);
  }
  std::string put_schedule(const std::string& law) {
    Schedule s;
    s.scenario = folder_ + "/a.scn";
    s.target = "1.4.1+bug";
    s.law = law;
    s.trace_hash = hash_of(a_trace());
    s.choices = {ThreadChoice{0, Wake::ready}};
    std::string path = folder_ + "/x.sched";
    EXPECT_EQ(write_schedule(s, {}, path), std::nullopt);
    return path;
  }

  int onhook(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    Console console{out_, err_, Style{}, false};
    return run_command_line(std::move(arguments), engine_, console);
  }
  bool printed(std::string_view text) const { return out_.str().find(text) != std::string::npos; }
  std::string last_line() const {
    std::string text = out_.str();
    text.erase(text.find_last_not_of('\n') + 1);
    return text.substr(text.rfind('\n') + 1);
  }

  std::string folder_;
  Engine engine_;
  std::ostringstream out_, err_;
};

TEST_F(CommandTest, AnUnknownVerbIsSuggestedFor) {
  EXPECT_EQ(onhook({"rnu", "x"}), 2);
  EXPECT_EQ(err_.str(), "onhook: error: unknown verb 'rnu'\ndid you mean 'run'?\n");
}

TEST_F(CommandTest, AnUnknownOptionIsSuggestedFor) {
  EXPECT_EQ(onhook({"run", folder_, "--sede", "4"}), 2);
  EXPECT_EQ(err_.str(), "onhook: error: unknown option '--sede' of run\ndid you mean '--seed'?\n");
  EXPECT_EQ(onhook({"targets", "all"}), 2);
  EXPECT_EQ(err_.str(), "onhook: error: 'all' is not expected after targets\n");
}

TEST_F(CommandTest, NothingAtAllIsAUsageError) {
  EXPECT_EQ(onhook({}), 2);
  EXPECT_NE(err_.str().find("replay"), std::string::npos);
  EXPECT_EQ(onhook({"run"}), 2);
  EXPECT_EQ(onhook({"run", folder_, "--jobs", "0"}), 2);
}

TEST_F(CommandTest, HelpAndVersion) {
  EXPECT_EQ(onhook({"--help"}), 0);
  EXPECT_TRUE(printed("explain")) << out_.str();
  EXPECT_TRUE(printed("Exit codes:")) << out_.str();
  EXPECT_EQ(onhook({"run", "--help"}), 0);
  EXPECT_TRUE(printed("--stop-at-first")) << out_.str();
  EXPECT_EQ(onhook({"--version"}), 0);
  EXPECT_TRUE(out_.str().starts_with("onhook 0.")) << out_.str();
}

TEST_F(CommandTest, AFolderRunsItsScenariosButNotTheBadOnes) {
  EXPECT_EQ(onhook({"run", folder_, "--target", "1.4.1", "-t", "1.1.2"}), 0);
  std::istringstream lines(out_.str());
  std::string line;
  std::vector<std::string> files;
  while (std::getline(lines, line)) {
    if (const std::size_t at = line.find(".scn"); at != std::string::npos) {
      files.push_back(line.substr(at - 1, 5));
    }
  }
  EXPECT_EQ(files, (std::vector<std::string>{"a.scn", "a.scn", "b.scn", "b.scn"})) << out_.str();
}

TEST_F(CommandTest, AViolationEndsWithTheLineToPaste) {
  EXPECT_EQ(onhook({"run", folder_ + "/a.scn", "--target", "1.4.1+bug", "--out", "o"}), 1);
  EXPECT_EQ(last_line(), "onhook replay o/a.sched");
  EXPECT_TRUE(printed("alice pc_closes DTLS alert  <== here")) << out_.str();
  EXPECT_TRUE(printed("law       PC-CLOSE")) << out_.str();
}

TEST_F(CommandTest, AVacuousRunIsRed) {
  EXPECT_EQ(onhook({"run", folder_ + "/a.scn", "--target", "empty"}), 4);
}

TEST_F(CommandTest, EveryOptionReachesTheCell) {
  engine_.run_cell = [](const CellRequest& cell, ProgressSink& sink) {
    RunResult r = explore(cell, sink);
    r.fault = cell.strategy + " " + std::to_string(cell.seed) + " " +
              std::to_string(cell.max_executions) + " " + std::to_string(cell.max_seconds) + " " +
              (cell.stop_at_first ? "first" : "all");
    for (const std::string& event : cell.only_order) r.fault += " " + event;
    r.verdict = Verdict::harness_fault;
    return r;
  };
  EXPECT_EQ(
      onhook({"run", folder_ + "/a.scn", "--strategy", "dpor", "--seed", "9", "--budget",
              "executions=5", "--budget", "seconds=1.5", "--stop-at-first", "--order", "x,y"}),
      3);
  EXPECT_TRUE(printed("dpor 9 5 1.500000 first x y")) << out_.str();
}

TEST_F(CommandTest, ABudgetIsANumberOfSomething) {
  for (const char* budget : {"10", "executions=0", "executions=-1", "hours=1", "seconds=x"}) {
    EXPECT_EQ(onhook({"run", folder_, "--budget", budget}), 2) << budget;
  }
}

TEST_F(CommandTest, AWrongScenarioIsAFileErrorAndNothingRuns) {
  EXPECT_EQ(onhook({"run", folder_ + "/a.scn", folder_ + "/bad"}), 2);
  EXPECT_NE(err_.str().find("/bad/c.scn:1:"), std::string::npos) << err_.str();
  EXPECT_EQ(out_.str(), "");
}

TEST_F(CommandTest, AMistypedPathIsSuggestedFor) {
  EXPECT_EQ(onhook({"run", folder_ + "/a.snc"}), 2);
  EXPECT_NE(err_.str().find("did you mean '" + folder_ + "/a.scn'?"), std::string::npos)
      << err_.str();
}

TEST_F(CommandTest, ATargetThatCannotBeBuiltIsAUsageError) {
  EXPECT_EQ(onhook({"run", folder_, "--target", "9.9"}), 2);
  EXPECT_EQ(err_.str(), "onhook: error: there is no target '9.9'\nno such version\n");
}

TEST_F(CommandTest, WithALedgerAnExpectedViolationIsGreenAndQuiet) {
  const std::string ledger = put("ledger.json", R"({"expectations": [
    {"scenario": "a.scn", "target": "stable", "verdict": "holds", "reason": "r"},
    {"scenario": "a.scn", "target": "newest+bug", "verdict": "violated", "law": "PC-CLOSE",
     "reason": "r"},
    {"scenario": "b.scn", "target": "stable", "verdict": "holds", "reason": "r"}]})");
  EXPECT_EQ(onhook({"run", folder_, "--ledger", ledger}), 0) << out_.str();
  EXPECT_EQ(last_line(), "ledger: 3 as expected");
  EXPECT_FALSE(printed("<== here"));
  EXPECT_EQ(onhook({"run", folder_ + "/a.scn", "--ledger", ledger, "--target", "1.1.2"}), 0)
      << out_.str();
  EXPECT_EQ(last_line(), "ledger: 1 as expected");
  EXPECT_EQ(onhook({"run", folder_ + "/a.scn", "--ledger", ledger, "--target", "stable+bug"}), 1);
  EXPECT_TRUE(printed("UNLISTED")) << out_.str();
}

TEST_F(CommandTest, OnlyWhatTheLedgerDoesNotExpectIsExplained) {
  engine_.run_cell = [](const CellRequest& cell, ProgressSink& sink) {
    RunResult r = explore(cell, sink);
    r.verdict = Verdict::harness_fault;
    r.fault = "explains all" + (cell.unexplained_law ? " but '" + *cell.unexplained_law + "'" : "");
    return r;
  };
  const std::string ledger = put("ledger.json", R"({"expectations": [
    {"scenario": "a.scn", "target": "1.1.2", "verdict": "holds", "reason": "r"},
    {"scenario": "a.scn", "target": "newest", "verdict": "violated", "law": "BYE", "reason": "r"},
    {"scenario": "b.scn", "target": "newest", "verdict": "violated", "reason": "r"}]})");
  const auto faults = [&](const std::string& file, const std::string& target, bool all) {
    std::vector<std::string> words = {"run",      folder_ + file, "--target", target,
                                      "--ledger", ledger,         "--jobs",   "1"};
    if (all) words.push_back("--all-ladders");
    onhook(words);
    const std::string text = out_.str();
    const auto begin = text.find("explains all");
    return begin == std::string::npos ? text : text.substr(begin, text.find('\n', begin) - begin);
  };
  EXPECT_EQ(faults("/a.scn", "stable", false), "explains all");
  EXPECT_EQ(faults("/a.scn", "1.4.1", false), "explains all but 'BYE'");
  EXPECT_EQ(faults("/b.scn", "newest", false), "explains all but ''");
  EXPECT_EQ(faults("/a.scn", "newest", true), "explains all");
}

TEST_F(CommandTest, WithALedgerAnUnexpectedPassIsRed) {
  const std::string ledger = put("ledger.json", R"({"expectations": [
    {"scenario": "a.scn", "target": "stable", "verdict": "violated", "reason": "r"}]})");
  EXPECT_EQ(onhook({"run", folder_ + "/a.scn", "--ledger", ledger}), 1);
  EXPECT_TRUE(printed("UNEXPECTED PASS")) << out_.str();
}

TEST_F(CommandTest, AWrongLedgerIsAFileError) {
  const std::string ledger = put("ledger.json", "{\"expectation\": []}");
  EXPECT_EQ(onhook({"run", folder_, "--ledger", ledger}), 2);
  EXPECT_NE(err_.str().find("ledger.json:1:2: error: unknown key"), std::string::npos)
      << err_.str();
}

TEST_F(CommandTest, TheJsonFileHoldsTheResults) {
  const std::string json = folder_ + "/r.json";
  EXPECT_EQ(onhook({"run", folder_, "--target", "1.4.1+bug", "--json", json}), 1);
  std::ifstream in(json);
  const auto parsed = nlohmann::json::parse(in);
  EXPECT_EQ(parsed["results"].size(), 2u);
  EXPECT_EQ(parsed["results"][0]["law"], "PC-CLOSE");
  EXPECT_EQ(parsed["results"][0]["schedule"], "onhook-out/a.sched");
}

TEST_F(CommandTest, AReplayThatRepeatsSaysTheLaw) {
  EXPECT_EQ(onhook({"replay", put_schedule("PC-CLOSE"), "--times", "3"}), 1) << err_.str();
  EXPECT_EQ(out_.str(), "replayed 3 times, identical: violated: PC-CLOSE\n");
}

TEST_F(CommandTest, AReplayThatDivergesIsAFault) {
  engine_.replay = [](const Schedule&) {
    ReplayResult r;
    r.divergence = "step 4: thread 2 was to run, it is blocked";
    return r;
  };
  EXPECT_EQ(onhook({"replay", put_schedule("PC-CLOSE")}), 3);
  EXPECT_EQ(err_.str(),
            "onhook: not repeatable: it diverged: step 4: thread 2 was to run, it is blocked\n");
}

TEST_F(CommandTest, AReplayThatBreaksAnotherLawIsAFault) {
  EXPECT_EQ(onhook({"replay", put_schedule("QUIESCENT")}), 3);
  EXPECT_EQ(onhook({"replay", put_schedule("")}), 3);
}

TEST_F(CommandTest, AReplayedCrashIsRepeatableWithoutATrace) {
  engine_.replay = [](const Schedule&) -> ReplayResult {
    ::signal(SIGSEGV, SIG_DFL);
    ::raise(SIGSEGV);
    return {};
  };
  EXPECT_EQ(onhook({"replay", put_schedule("crash")}), 1) << err_.str();
  EXPECT_EQ(onhook({"replay", put_schedule("PC-CLOSE")}), 3);
}

TEST_F(CommandTest, ShowPrintsTheLadder) {
  const std::string file = put_schedule("PC-CLOSE");
  EXPECT_EQ(onhook({"show", file}), 0) << err_.str();
  EXPECT_TRUE(printed("alice pc_closes DTLS alert  <== here")) << out_.str();
  EXPECT_EQ(last_line(), "onhook replay " + file);
  EXPECT_EQ(onhook({"show", folder_ + "/a.scn"}), 2);
}

TEST_F(CommandTest, TargetsAreListedWithTheirAliases) {
  EXPECT_EQ(onhook({"targets"}), 0);
  EXPECT_EQ(out_.str(),
            "target  aliases  revision  state\n"
            "1.1.2   stable   v1.1.2    built\n"
            "1.4.1   newest   v1.4.1    built\n");
}

TEST_F(CommandTest, ExplainKnowsItsTopics) {
  EXPECT_EQ(onhook({"explain"}), 0);
  EXPECT_TRUE(printed("verdicts"));
  EXPECT_EQ(onhook({"explain", "verdicts"}), 0);
  EXPECT_TRUE(printed("harness_fault"));
  EXPECT_EQ(onhook({"explain", "verdict"}), 2);
  EXPECT_NE(err_.str().find("did you mean 'verdicts'?"), std::string::npos);
}

}  // namespace
}  // namespace onhook::cli
