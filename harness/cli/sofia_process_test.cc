// SPDX-License-Identifier: GPL-3.0-or-later
// The plugin on the real libsofia-sip-ua: what the fake nua is measured by.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "harness/cli/process_testing.h"

namespace onhook {
namespace {

using namespace testing_process;

const std::string kFounding = ONHOOK_SCENARIOS "/hangup/client_keeps_pc.scn";

std::vector<RunResult> run_on_sofia(const std::vector<std::string>& more,
                                    const TemporaryFolder& folder) {
  std::vector<std::string> arguments = {
      "run", "--sip", "sofia", "--json", folder / "result.json", "--out", folder / "out"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  run(arguments, folder / "log");
  return results_of(folder / "result.json");
}

std::size_t orders_with(const RunResult& result, OrderOutcome outcome) {
  return static_cast<std::size_t>(
      std::ranges::count(result.orders, outcome, &OrderResult::outcome));
}

TEST(SofiaProcessTest, the_founding_scenario_comes_out_as_with_the_fake) {
  const TemporaryFolder folder;
  const auto results =
      run_on_sofia({kFounding, "--target", "stable", "--target", "newest", "--target",
                    "newest+hangup_guard", "--budget", "executions=600"},
                   folder);
  ASSERT_EQ(results.size(), 3u) << text_of_file(folder / "log");
  for (const RunResult& result : results) {
    const bool broken = result.target.ends_with("+hangup_guard");
    EXPECT_EQ(result.verdict, broken ? Verdict::violated : Verdict::holds) << result.target;
    EXPECT_EQ(orders_with(result, OrderOutcome::infeasible), 4u) << result.target;
    if (broken) {
      EXPECT_EQ(result.violations.at(0).law, "never dtls_alert(alice)");
    }
  }
}

TEST(SofiaProcessTest, a_schedule_names_the_stack_and_replays_byte_for_byte) {
  const TemporaryFolder folder;
  const auto results =
      run_on_sofia({kFounding, "--target", "newest+hangup_guard", "--stop-at-first"}, folder);
  ASSERT_EQ(results.size(), 1u) << text_of_file(folder / "log");
  const std::string schedule = results[0].schedule;
  EXPECT_NE(text_of_file(schedule).find("\nsip           sofia\n"), std::string::npos);
  EXPECT_EQ(run({"replay", schedule, "--times", "5"}, folder / "replay"), 1)
      << text_of_file(folder / "replay");
}

TEST(SofiaProcessTest, with_exact_latencies_all_its_executions_are_proven) {
  const TemporaryFolder folder;
  const auto results =
      run_on_sofia({ONHOOK_PROOF_TESTDATA "/late_answer.scn", "--target", "stable", "--strategy",
                    "dpor", "--budget", "executions=2000000", "--jobs", "1"},
                   folder);
  ASSERT_EQ(results.size(), 1u) << text_of_file(folder / "log");
  EXPECT_EQ(results[0].verdict, Verdict::holds);
  EXPECT_TRUE(results[0].complete) << results[0].bound;
  EXPECT_GT(results[0].executions, 1'000u);
}

TEST(SofiaProcessTest, a_second_real_user_agent_sees_the_bug_too) {
  const TemporaryFolder folder;
  const auto results =
      run_on_sofia({ONHOOK_PROOF_TESTDATA "/two_real_user_agents.scn", "--target", "newest",
                    "--target", "newest+hangup_guard", "--budget", "executions=600"},
                   folder);
  ASSERT_EQ(results.size(), 2u) << text_of_file(folder / "log");
  EXPECT_EQ(results[0].verdict, Verdict::holds) << text_of_file(folder / "log");
  ASSERT_EQ(results[1].verdict, Verdict::violated) << text_of_file(folder / "log");
  EXPECT_EQ(results[1].violations.at(0).law, "never dtls_alert(alice)");
}

TEST(SofiaProcessTest, a_network_disturbs_datagrams_only_where_the_scenario_lets_it) {
  const TemporaryFolder folder;
  const std::string reliable = ONHOOK_PROOF_TESTDATA "/one_bye.scn";
  std::string text = text_of_file(reliable);
  for (const char* disturbance : {"", " with 1 losses", " with 1 duplications"}) {
    const std::string path = folder / "one_bye.scn";
    std::ofstream(path) << std::string(text).insert(text.find("sofia") + 5, disturbance);
    const auto results =
        run_on_sofia({path, "--target", "newest", "--budget", "executions=300"}, folder);
    ASSERT_EQ(results.size(), 1u) << text_of_file(folder / "log");
    const bool reliable_network = *disturbance == '\0';
    EXPECT_EQ(results[0].verdict, reliable_network ? Verdict::holds : Verdict::violated)
        << disturbance << text_of_file(folder / "log");
  }
}

TEST(SofiaProcessTest, an_account_that_forces_tcp_sees_the_bug_and_its_schedule_replays) {
  const TemporaryFolder folder;
  const auto results =
      run_on_sofia({ONHOOK_SCENARIOS "/hangup/client_keeps_pc_over_tcp.scn", "--target", "newest",
                    "--target", "newest+hangup_guard", "--budget", "executions=300"},
                   folder);
  ASSERT_EQ(results.size(), 2u) << text_of_file(folder / "log");
  EXPECT_EQ(results[0].verdict, Verdict::holds) << text_of_file(folder / "log");
  ASSERT_EQ(results[1].verdict, Verdict::violated) << text_of_file(folder / "log");
  EXPECT_EQ(results[1].violations.at(0).law, "never dtls_alert(alice)");
  EXPECT_EQ(run({"replay", results[1].schedule, "--times", "5"}, folder / "replay"), 1)
      << text_of_file(folder / "replay");
}

TEST(SofiaProcessTest, over_tcp_what_the_network_loses_is_late_and_nothing_comes_twice) {
  const TemporaryFolder folder;
  const std::string text = text_of_file(ONHOOK_PROOF_TESTDATA "/one_bye_over_tcp.scn");
  for (const char* disturbance : {"", " with 1 duplications", " with 1 losses"}) {
    const std::string path = folder / "one_bye_over_tcp.scn";
    std::ofstream(path) << std::string(text).insert(text.find("sip    sofia") + 12, disturbance);
    const auto results =
        run_on_sofia({path, "--target", "newest", "--budget", "executions=300"}, folder);
    ASSERT_EQ(results.size(), 1u) << text_of_file(folder / "log");
    const bool loses = std::string_view(disturbance).ends_with("losses");
    ASSERT_EQ(results[0].verdict, loses ? Verdict::violated : Verdict::holds)
        << disturbance << text_of_file(folder / "log");
    if (loses) {
      EXPECT_EQ(results[0].violations.at(0).law, "finally got(bob, BYE)");
    }
  }
}

TEST(SofiaProcessTest, tcp_to_a_fake_and_below_the_fake_ends_the_run_by_name) {
  const TemporaryFolder folder;
  const std::string path = folder / "to_a_fake.scn";
  std::string text = text_of_file(ONHOOK_PROOF_TESTDATA "/one_bye_over_tcp.scn");
  const std::string given = "given  registered alice with force_tcp\n";
  text.replace(text.find("sofia_peer"), 10, "sip_peer");
  std::ofstream(path) << text;
  EXPECT_EQ(run({"run", path, "--target", "newest"}, folder / "log"), 3);
  EXPECT_NE(text_of_file(folder / "log").find("where a fake hears UDP"), std::string::npos)
      << text_of_file(folder / "log");
  text.erase(text.find(given), given.size());
  text.replace(text.find("sip    sofia"), 12, "sip    fake");
  text.replace(text.find("requests hangup"), 15, "requests register, force_tcp true");
  text.replace(text.find("given  call alice -> bob with audio, media flowing"), 50, "");
  std::ofstream(path) << text;
  EXPECT_EQ(run({"run", path, "--target", "newest"}, folder / "log"), 3);
  EXPECT_NE(text_of_file(folder / "log").find("below the fake nua"), std::string::npos)
      << text_of_file(folder / "log");
}

TEST(SofiaProcessTest, scenarios_of_the_corpus_come_out_as_the_ledger_says_of_the_fake) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments = {"run",
                                        "--sip",
                                        "sofia",
                                        "--ledger",
                                        ONHOOK_SCENARIOS "/../ci/expectations.json",
                                        "--target",
                                        "stable",
                                        "--target",
                                        "newest",
                                        "--budget",
                                        "executions=60",
                                        "--out",
                                        folder / "out"};
  for (const char* name : {"decline", "hangup", "hold", "lost_pc", "subscriptions"}) {
    arguments.push_back(std::string(ONHOOK_SCENARIOS "/") + name);
  }
  EXPECT_EQ(run(arguments, folder / "log"), 0) << text_of_file(folder / "log");
}

TEST(SofiaProcessTest, what_it_shows_from_outside_the_fake_shows_too) {
  const TemporaryFolder folder;
  EXPECT_EQ(
      run({"likeness", kFounding, "--sip", "sofia", "--target", "newest+hangup_guard",
           "--sip-executions", "300", "--known", ONHOOK_SCENARIOS "/../ci/known_differences.json"},
          folder / "likeness"),
      0)
      << text_of_file(folder / "likeness");
  const std::string said = text_of_file(folder / "likeness");
  EXPECT_NE(said.find(" traces of the real stack, compared with "), std::string::npos) << said;
  EXPECT_NE(said.find(" of them, order "), std::string::npos) << said;
}

TEST(SofiaProcessTest, a_difference_that_nobody_wrote_down_is_no_likeness) {
  const TemporaryFolder folder;
  EXPECT_EQ(run({"likeness", ONHOOK_SCENARIOS "/laws/answered_and_hung_up.scn", "--sip", "sofia",
                 "--target", "newest", "--strategy", "pct:3", "--sip-executions", "5", "--budget",
                 "executions=100"},
                folder / "log"),
            1);
  EXPECT_NE(text_of_file(folder / "log").find("\nreal      bob: gets OPTIONS\n"), std::string::npos)
      << text_of_file(folder / "log");
}

TEST(SofiaProcessTest, likeness_wants_traces_or_a_stack_to_make_them_on) {
  const TemporaryFolder folder;
  EXPECT_EQ(run({"likeness", kFounding}, folder / "log"), 2);
  EXPECT_EQ(run({"likeness", kFounding, "--sip", "fake"}, folder / "log"), 2);
  EXPECT_EQ(run({"likeness", kFounding, "x.jsonl", "--sip", "sofia"}, folder / "log"), 2);
}

TEST(SofiaProcessTest, a_stack_that_there_is_not_is_refused) {
  const TemporaryFolder folder;
  EXPECT_EQ(run({"run", kFounding, "--sip", "sofa"}, folder / "log"), 2);
  EXPECT_NE(text_of_file(folder / "log").find("sofia"), std::string::npos);
}

}  // namespace
}  // namespace onhook
