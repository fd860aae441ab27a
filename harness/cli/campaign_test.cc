// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/campaign.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "harness/base/check.h"
#include "harness/base/strings.h"
#include "harness/base/testing.h"

namespace onhook::cli {
namespace {

CellRequest cell(std::string scenario) {
  CellRequest c;
  c.scenario_path = std::move(scenario);
  c.target = "v1";
  return c;
}

RunResult holds(const CellRequest& c) {
  RunResult r;
  r.scenario = c.scenario_path;
  r.target = c.target;
  r.verdict = Verdict::holds;
  r.executions = 3;
  return r;
}

Violation a_violation() {
  Violation v;
  v.law = "PC-CLOSE";
  v.message = "seen";
  v.trace.lanes = {{"core", ""}};
  v.trace.facts = {{1, 0, 5, intern("alice"), intern("pc_closes"), intern("DTLS alert")}};
  return v;
}

void begin_exploring(ProgressSink& sink, std::uint64_t executions) {
  sink.on_progress({Phase::preparing, 0, ""});
  sink.on_progress({Phase::exploring, executions, "a, b"});
}

// Signals must kill even where a sanitizer would catch them.
[[noreturn]] void die_of(int signal) {
  ::signal(signal, SIG_DFL);
  ::raise(signal);
  ::_exit(99);
}

CampaignResult run(const std::vector<CellRequest>& cells, const CellRunner& runner,
                   CampaignOptions options = {}) {
  CampaignObserver nobody;
  return run_campaign(cells, runner, options, nobody);
}

RunResult run_one(const CellRunner& runner, CampaignOptions options = {}) {
  const CampaignResult campaign = run({cell("a.scn")}, runner, options);
  EXPECT_EQ(campaign.results.size(), 1u);
  return campaign.results.empty() ? RunResult{} : campaign.results[0];
}

TEST(CampaignTest, ResultsComeInTheOrderOfTheCellsWhoeverEndsFirst) {
  const auto result = run({cell("slow"), cell("fast"), cell("faster")},
                          [](const CellRequest& c, ProgressSink&) {
                            if (c.scenario_path == "slow") ::usleep(100'000);
                            return holds(c);
                          },
                          {.jobs = 3});
  ASSERT_EQ(result.results.size(), 3u);
  EXPECT_EQ(result.end, CampaignEnd::finished);
  EXPECT_EQ(result.results[0].scenario, "slow");
  EXPECT_EQ(result.results[1].scenario, "fast");
  EXPECT_EQ(result.results[2].scenario, "faster");
  EXPECT_EQ(result.results[2].executions, 3u);
  EXPECT_GE(result.results[0].seconds, 0.1);
}

TEST(CampaignTest, NoMoreProcessesThanJobs) {
  // Each cell looks whether another one holds the lock that it wants.
  const testing_base::TemporaryFolder folder;
  const std::string path = folder / "lock";
  const CellRunner alone = [&](const CellRequest& c, ProgressSink&) {
    RunResult r = holds(c);
    FILE* lock = ::fopen(path.c_str(), "wx");
    if (lock == nullptr) r.verdict = Verdict::harness_fault;
    ::usleep(20'000);
    if (lock != nullptr) ::fclose(lock);
    ::unlink(path.c_str());
    return r;
  };
  for (const RunResult& r : run({cell("a"), cell("b"), cell("c")}, alone, {.jobs = 1}).results) {
    EXPECT_EQ(r.verdict, Verdict::holds) << r.scenario;
  }
}

TEST(CampaignTest, ACellCannotChangeTheCampaign) {
  static int touched = 0;
  EXPECT_EQ(run_one([](const CellRequest& c, ProgressSink&) {
              touched = 1;
              return holds(c);
            }).verdict,
            Verdict::holds);
  EXPECT_EQ(touched, 0);
}

TEST(CampaignTest, AFaultWhileExploringIsTheLawCrash) {
  const RunResult r = run_one([](const CellRequest&, ProgressSink& sink) -> RunResult {
    begin_exploring(sink, 41);
    die_of(SIGSEGV);
  });
  EXPECT_EQ(r.verdict, Verdict::violated);
  ASSERT_EQ(r.violations.size(), 1u);
  EXPECT_EQ(r.violations[0].law, "crash");
  EXPECT_EQ(r.violations[0].message, "the process died of SIGSEGV in execution 42 of order a, b");
  EXPECT_EQ(r.executions, 41u);
  EXPECT_FALSE(r.unsaid) << "it will crash again";
  EXPECT_EQ(r.scenario, "a.scn");
  EXPECT_EQ(r.target, "v1");
}

TEST(CampaignTest, AFaultBeforeThatIsOurs) {
  const RunResult r =
      run_one([](const CellRequest&, ProgressSink&) -> RunResult { die_of(SIGSEGV); });
  EXPECT_EQ(r.verdict, Verdict::harness_fault);
  EXPECT_EQ(r.fault, "the cell's process died of SIGSEGV in its preparation");
}

TEST(CampaignTest, BeingKilledIsNoCrashOfThePlugin) {
  const RunResult r = run_one([](const CellRequest&, ProgressSink& sink) -> RunResult {
    begin_exploring(sink, 1);
    die_of(SIGKILL);
  });
  EXPECT_EQ(r.verdict, Verdict::harness_fault);
  EXPECT_EQ(r.fault, "the cell's process died of SIGKILL in execution 2 of order a, b");
  EXPECT_TRUE(r.unsaid) << "another time it may end";
}

TEST(CampaignTest, AFailedCheckIsQuoted) {
  const RunResult r = run_one([](const CellRequest&, ProgressSink&) -> RunResult {
    check_failed("1 == 2", "sched.cc", 7, "sums are off");
  });
  EXPECT_EQ(r.verdict, Verdict::harness_fault);
  EXPECT_NE(r.fault.find("ended with code 3 and no result: onhook: internal check failed: sums are "
                         "off"),
            std::string::npos)
      << r.fault;
}

TEST(CampaignTest, AnExceptionIsAFaultByName) {
  const RunResult r = run_one([](const CellRequest&, ProgressSink&) -> RunResult {
    throw std::runtime_error("no such target");
  });
  EXPECT_EQ(r.verdict, Verdict::harness_fault);
  EXPECT_EQ(r.fault, "an exception reached the cell's process: no such target");
}

TEST(CampaignTest, WhatWasFoundBeforeACrashIsKept) {
  const RunResult r = run_one([](const CellRequest&, ProgressSink& sink) -> RunResult {
    begin_exploring(sink, 7);
    sink.on_violation(a_violation(), "out/a.sched");
    die_of(SIGBUS);
  });
  ASSERT_EQ(r.violations.size(), 2u);
  EXPECT_EQ(r.violations[0].law, "PC-CLOSE");
  EXPECT_EQ(r.violations[0].schedule, "out/a.sched");
  EXPECT_EQ(to_text(r.violations[0].trace), to_text(a_violation().trace));
  EXPECT_EQ(r.violations[1].law, "crash");
  EXPECT_EQ(r.schedule, "out/a.sched");
}

TEST(CampaignTest, ASilentCellIsKilledAndNamed) {
  const RunResult r = run_one(
      [](const CellRequest&, ProgressSink& sink) -> RunResult {
        begin_exploring(sink, 9);
        while (true) ::pause();
      },
      {.silence_seconds = 0.2});
  EXPECT_EQ(r.verdict, Verdict::harness_fault);
  EXPECT_EQ(r.fault, "no sign of life for 0.2 s, in execution 10 of order a, b");
}

TEST(CampaignTest, TheOtherCellsGoOnAfterADeath) {
  const auto result = run({cell("dies"), cell("lives")}, [](const CellRequest& c, ProgressSink&) {
    if (c.scenario_path == "dies") die_of(SIGILL);
    return holds(c);
  });
  ASSERT_EQ(result.results.size(), 2u);
  EXPECT_EQ(result.results[0].verdict, Verdict::harness_fault);
  EXPECT_EQ(result.results[1].verdict, Verdict::holds);
}

struct Listener : CampaignObserver {
  void on_output(const CellRequest&, std::string_view text) override { output += text; }
  void on_violation(const CellRequest&, const FoundViolation& f) override {
    found.push_back(f.violation.law);
  }
  void on_progress(const CampaignProgress& p) override { last = p; }
  void on_result(const RunResult& r) override { results.push_back(r.scenario); }
  std::string output;
  std::vector<std::string> found, results;
  CampaignProgress last;
};

TEST(CampaignTest, TheObserverHearsEverything) {
  Listener listener;
  run_campaign(
      {cell("a.scn")},
      [](const CellRequest& c, ProgressSink& sink) {
        begin_exploring(sink, 5);
        sink.on_violation(a_violation(), "");
        ::puts("printed by the plugin");
        ::fflush(stdout);
        return holds(c);
      },
      {}, listener);
  EXPECT_EQ(listener.output, "printed by the plugin\n");
  EXPECT_EQ(listener.found, std::vector<std::string>{"PC-CLOSE"});
  EXPECT_EQ(listener.results, std::vector<std::string>{"a.scn"});
  EXPECT_EQ(listener.last.cells_done, 1u);
  EXPECT_EQ(listener.last.executions, 3u);
  EXPECT_EQ(listener.last.order, "a, b");
}

// Ctrl-C as soon as the first violation is seen.
struct Interrupter : CampaignObserver {
  void on_violation(const CellRequest&, const FoundViolation&) override { ::raise(SIGINT); }
};

TEST(CampaignTest, CtrlCKeepsWhatWasFoundAndBeginsNothingNew) {
  Interrupter interrupter;
  const auto result = run_campaign(
      {cell("a.scn"), cell("never begun")},
      [](const CellRequest& c, ProgressSink& sink) {
        begin_exploring(sink, 5);
        sink.on_violation(a_violation(), "a.sched");
        while (!sink.stop_requested()) ::usleep(1000);
        RunResult r = holds(c);
        r.bound = "interrupted";
        return r;
      },
      {}, interrupter);
  EXPECT_EQ(result.end, CampaignEnd::interrupted);
  ASSERT_EQ(result.results.size(), 1u);
  EXPECT_EQ(result.results[0].bound, "interrupted");
}

TEST(CampaignTest, ACellThatDoesNotHearCtrlCIsKilledWithItsFindsKept) {
  Interrupter interrupter;
  const auto result = run_campaign(
      {cell("a.scn")},
      [](const CellRequest&, ProgressSink& sink) -> RunResult {
        begin_exploring(sink, 5);
        sink.on_violation(a_violation(), "a.sched");
        while (true) ::pause();
      },
      {.grace_seconds = 0.1}, interrupter);
  EXPECT_EQ(result.end, CampaignEnd::interrupted);
  ASSERT_EQ(result.results.size(), 1u);
  EXPECT_EQ(result.results[0].verdict, Verdict::violated);
  EXPECT_EQ(result.results[0].bound, "interrupted");
  EXPECT_TRUE(result.results[0].interrupted);
  EXPECT_EQ(result.results[0].schedule, "a.sched");
}

}  // namespace
}  // namespace onhook::cli
