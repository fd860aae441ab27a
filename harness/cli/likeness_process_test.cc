// SPDX-License-Identifier: GPL-3.0-or-later
// `onhook likeness` with what the real server of the founding bug showed (testdata/likeness,
// written by scripts/e2e): as it is, and doctored.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "harness/cli/process_testing.h"
#include "harness/scenario/compiler.h"

namespace onhook {
namespace {

using namespace testing_process;

const std::string kScenario = ONHOOK_SCENARIOS "/hangup/client_keeps_pc.scn";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  if (at == std::string::npos) {
    ADD_FAILURE() << "no " << what;
    return text;
  }
  return text.replace(at, what.size(), by);
}

class LikenessProcessTest : public ::testing::Test {
 protected:
  /// The trace, of the scenario as it is now.
  static std::string trace() {
    const CompileResult compiled = load_scenario(kScenario);
    return replaced(text_of_file(ONHOOK_LIKENESS_TESTDATA "/client_keeps_pc.jsonl"), "HASH",
                    compiled.scenario ? compiled.scenario->hash : "");
  }

  int compare(const std::string& text, const std::vector<std::string>& options = {}) {
    std::ofstream(folder_ / "real.jsonl") << text;
    std::vector<std::string> arguments = {"likeness",      kScenario,   folder_ / "real.jsonl",
                                          "--strategy",    "pos+pct:3", "--budget",
                                          "executions=600"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run(arguments, folder_ / "log");
  }
  std::string log() const { return text_of_file(folder_ / "log"); }

  const TemporaryFolder folder_;
};

TEST_F(LikenessProcessTest, a_real_trace_is_among_the_executions) {
  EXPECT_EQ(compare(trace()), 0) << log();
  EXPECT_NE(log().find(" of them, order hangup, relay_exit, terminated\n"), std::string::npos)
      << log();
}

TEST_F(LikenessProcessTest, a_real_trace_is_also_held_against_the_real_library) {
  EXPECT_EQ(compare(trace(), {"--sip", "sofia"}), 0) << log();
  EXPECT_NE(log().find(" of them, order hangup, relay_exit, terminated\n"), std::string::npos)
      << log();
  EXPECT_EQ(compare(replaced(trace(), "hangup, code 200", "hangup, code 486"), {"--sip", "sofia"}),
            1)
      << log();
}

TEST_F(LikenessProcessTest, a_code_that_no_execution_shows_is_marked_on_a_ladder) {
  EXPECT_EQ(compare(replaced(trace(), "hangup, code 200", "hangup, code 486")), 1);
  EXPECT_NE(log().find("not found in the simulation"), std::string::npos) << log();
  EXPECT_NE(log().find("\nreal      alice: receives hangup, code 486, reason to BYE\n"
                       "simulated alice: receives hangup, code 200, reason to BYE\n"),
            std::string::npos)
      << log();
  EXPECT_NE(log().find("receives hangup, code 486, reason to BYE  <== here"), std::string::npos)
      << log();
}

TEST_F(LikenessProcessTest, what_did_not_happen_is_missed) {
  const std::string text = trace();
  const std::size_t alert = text.find("\"verb\":\"dtls_alert\"");
  ASSERT_NE(alert, std::string::npos);
  EXPECT_EQ(compare(text.substr(0, text.rfind('\n', alert) + 1)), 1);
  EXPECT_NE(log().find(": nothing more\nsimulated "), std::string::npos) << log();
}

TEST_F(LikenessProcessTest, a_known_difference_is_let_pass_and_one_that_fits_nothing_is_named) {
  std::ofstream(folder_ / "known.json") << R"({"differences": [
        {"observer": "alice", "real": "receives hangup, code 486*",
         "fake": "receives hangup, code 200, reason to BYE", "reason": "doctored"},
        {"observer": "bob", "real": "gets PRACK", "reason": "never"},
        {"target": "stable*", "real": "gets UPDATE", "reason": "not of this target"}]})";
  EXPECT_EQ(compare(replaced(trace(), "hangup, code 200", "hangup, code 486"),
                    {"--known", folder_ / "known.json"}),
            0)
      << log();
  EXPECT_NE(log().find("known difference fits nothing: bob: real \"gets PRACK\", fake nothing\n"),
            std::string::npos)
      << log();
  EXPECT_EQ(log().find("gets UPDATE"), std::string::npos) << log();
}

TEST_F(LikenessProcessTest, a_trace_without_the_scenarios_events_says_nothing) {
  EXPECT_EQ(compare(replaced(trace(), "\"verb\":\"exits\"", "\"verb\":\"hears\"")), 4);
  EXPECT_NE(log().find("not comparable, never seen: relay exits"), std::string::npos) << log();
}

TEST_F(LikenessProcessTest, the_traces_of_a_run_are_like_it_and_leave_nothing_unseen) {
  run({"run", kScenario, "--target", "newest+hangup_guard", "--strategy", "random:200", "--jobs",
       "1", "--traces", folder_ / "traces", "--out", folder_ / "out"},
      folder_ / "log");
  std::vector<std::string> arguments = {"likeness", kScenario, "--strategy", "random:200"};
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "traces"))
    arguments.push_back(file.path());
  EXPECT_GT(arguments.size(), 5u) << "two looks at least";
  EXPECT_EQ(run(arguments, folder_ / "log"), 0) << log();
  EXPECT_EQ(log().find("in no trace"), std::string::npos) << log();
}

TEST_F(LikenessProcessTest, a_trace_of_another_scenario_or_target_is_refused) {
  EXPECT_EQ(compare(text_of_file(ONHOOK_LIKENESS_TESTDATA "/client_keeps_pc.jsonl")), 2);
  EXPECT_NE(log().find("but of another 'client_keeps_pc'"), std::string::npos) << log();
  EXPECT_EQ(compare(trace(), {"--target", "stable"}), 2);
  EXPECT_NE(log().find("is of 'newest+hangup_guard', not of 'stable'"), std::string::npos) << log();
}

}  // namespace
}  // namespace onhook
