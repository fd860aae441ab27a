// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/ledger.h"

#include <gtest/gtest.h>

namespace onhook {
namespace {

constexpr std::string_view kGood = R"({
  "expectations": [
    {"scenario": "hangup/keeps_pc.scn", "target": "stable", "verdict": "holds",
     "reason": "fixed by 9c0e771f"},
    {"scenario": "hangup/keeps_pc.scn", "target": "stable+guard", "verdict": "violated",
     "law": "PC-CLOSE", "reason": "janus#3430 put back"}
  ]
})";

const TargetAliases kAliases = {{"stable", "v1.1.2"}, {"newest", "v1.4.1"}};

Ledger parsed(std::string_view text) {
  auto result = parse_ledger(text, "ledger.json");
  if (auto* error = std::get_if<Diagnostic>(&result)) {
    ADD_FAILURE() << to_text(*error);
    return {};
  }
  return std::get<Ledger>(result);
}

std::string error_in(std::string_view text) {
  auto result = parse_ledger(text, "ledger.json");
  auto* error = std::get_if<Diagnostic>(&result);
  return error == nullptr ? "no error" : to_text(*error);
}

RunResult result(std::string target, Verdict verdict, std::string law = "") {
  RunResult r;
  r.scenario = "scenarios/hangup/keeps_pc.scn";
  r.target = std::move(target);
  r.verdict = verdict;
  if (!law.empty()) r.violations.push_back({law, "", 0, {}});
  return r;
}

std::vector<Comparison> judged(const std::vector<RunResult>& results) {
  std::vector<Comparison> out;
  for (const LedgerRow& row : compare(parsed(kGood).expectations, results, kAliases)) {
    out.push_back(row.comparison);
  }
  return out;
}

TEST(LedgerTest, IsReadWithItsLines) {
  const Ledger ledger = parsed(kGood);
  ASSERT_EQ(ledger.expectations.size(), 2u);
  EXPECT_EQ(ledger.expectations[0].verdict, Expected::holds);
  EXPECT_EQ(ledger.expectations[0].line, 3);
  EXPECT_EQ(ledger.expectations[1].law, "PC-CLOSE");
  EXPECT_EQ(ledger.expectations[1].line, 5);
}

TEST(LedgerTest, AllAsExpected) {
  const auto rows = compare(
      parsed(kGood).expectations,
      {result("v1.1.2", Verdict::holds), result("v1.1.2+guard", Verdict::violated, "PC-CLOSE")},
      kAliases);
  EXPECT_TRUE(all_as_expected(rows));
  EXPECT_EQ(ledger_report(rows, {}), "ledger: 2 as expected\n");
}

TEST(LedgerTest, EverySurpriseHasItsName) {
  using enum Comparison;
  EXPECT_EQ(
      judged({result("stable", Verdict::violated, "X"), result("stable+guard", Verdict::holds)}),
      (std::vector{unexpected_failure, unexpected_pass}));
  EXPECT_EQ(judged({result("stable", Verdict::vacuous),
                    result("stable+guard", Verdict::violated, "crash")}),
            (std::vector{unexpected_failure, wrong_law}));
  EXPECT_EQ(judged({result("stable", Verdict::holds), result("stable+guard", Verdict::vacuous)}),
            (std::vector{as_expected, unexpected_failure}));
  EXPECT_EQ(judged({result("newest", Verdict::holds), result("stable", Verdict::holds)}),
            (std::vector{unlisted, as_expected, missing}));
}

TEST(LedgerTest, AHarnessFaultIsNeverAsExpected) {
  EXPECT_EQ(judged({result("stable", Verdict::harness_fault),
                    result("stable+guard", Verdict::harness_fault)}),
            (std::vector(2, Comparison::unexpected_failure)));
}

TEST(LedgerTest, SurprisesAreReportedWithTheirReason) {
  const auto rows =
      compare(parsed(kGood).expectations, {result("stable+guard", Verdict::holds)}, kAliases);
  EXPECT_EQ(ledger_report(rows, {}),
            "UNEXPECTED PASS  scenarios/hangup/keeps_pc.scn on stable+guard\n"
            "    expected violated (PC-CLOSE) (janus#3430 put back), got holds\n"
            "MISSING  hangup/keeps_pc.scn on stable\n"
            "    expected holds (fixed by 9c0e771f), there is no result\n"
            "ledger: 0 as expected, 1 unexpected pass, 1 missing\n");
}

TEST(LedgerTest, AliasesKeepTheirVariant) {
  EXPECT_EQ(without_alias("stable", kAliases), "v1.1.2");
  EXPECT_EQ(without_alias("newest+guard", kAliases), "v1.4.1+guard");
  EXPECT_EQ(without_alias("v0.9.1+stable", kAliases), "v0.9.1+stable");
}

TEST(LedgerTest, AScenarioIsNamedByTheEndOfItsPath) {
  EXPECT_TRUE(names_scenario("hangup/a.scn", "scenarios/hangup/a.scn"));
  EXPECT_TRUE(names_scenario("./a.scn", "hangup/a.scn"));
  EXPECT_FALSE(names_scenario("up/a.scn", "scenarios/hangup/a.scn"));
  EXPECT_FALSE(names_scenario("scenarios/hangup/a.scn", "hangup/a.scn"));
  EXPECT_FALSE(names_scenario("", "a.scn"));
}

TEST(LedgerTest, AnUnknownKeyIsShownInItsLine) {
  EXPECT_EQ(error_in("{\"expectations\": [\n"
                     "  {\"scenario\": \"a\", \"target\": \"t\",\n"
                     "   \"verdct\": \"holds\", \"reason\": \"r\"}]}"),
            "ledger.json:3:4: error: unknown key \"verdct\"\n"
            "     \"verdct\": \"holds\", \"reason\": \"r\"}]}\n"
            "     ^~~~~~~~\n"
            "did you mean \"verdict\"?\n");
}

TEST(LedgerTest, AnUnknownVerdictIsShownInItsLine) {
  EXPECT_EQ(error_in("{\"expectations\": [\n"
                     "  {\"scenario\": \"a\", \"target\": \"t\", \"verdict\": \"vacuous\",\n"
                     "   \"reason\": \"r\"}]}"),
            "ledger.json:2:47: error: unknown verdict \"vacuous\"\n"
            "    {\"scenario\": \"a\", \"target\": \"t\", \"verdict\": \"vacuous\",\n"
            "                                                ^~~~~~~~~\n"
            "known are: holds, violated\n");
}

struct BadCase {
  const char* text;
  const char* message;
};

class BadLedgerTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadLedgerTest, IsRefusedInItsLine) {
  const std::string error = error_in(GetParam().text);
  EXPECT_EQ(error.substr(0, error.find('\n')), "ledger.json:" + std::string(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadLedgerTest,
    testing::Values(
        BadCase{"", "1: error: this is not JSON"},
        BadCase{"{}", "1: error: the key \"expectations\" is missing"},
        BadCase{"[]", "1: error: no list is expected here"},
        BadCase{"{\"expectations\": []\n,\"more\": []}", "2:2: error: unknown key \"more\""},
        BadCase{"{\"expectations\":\n [[]]}", "2: error: no list is expected here"},
        BadCase{"{\"expectations\": [\n7]}", "2: error: no number is expected here"},
        BadCase{"{\"expectations\": [{\n\"scenario\": {}}]}",
                "2: error: no object is expected here"},
        BadCase{"{\"expectations\": [{\n\"scenario\": \"\"}]}",
                "2: error: \"scenario\" must not be empty"},
        BadCase{"{\"expectations\": [{\n\"scenario\": \"a\",\n\"scenario\": \"b\"}]}",
                "3:1: error: \"scenario\" is given twice"},
        BadCase{"{\"expectations\": [{\n\"scenario\": \"a\", \"target\": \"t\"\n}]}",
                "3: error: \"verdict\" is missing above"},
        BadCase{"{\"expectations\": [{\"scenario\": \"a\", \"target\": \"t\", \"law\": \"L\", "
                "\"verdict\": \"holds\",\n\"reason\": \"r\"}]}",
                "2: error: a \"law\" needs the verdict \"violated\""},
        BadCase{
            "{\"expectations\": [\n"
            "{\"scenario\": \"a\", \"target\": \"t\", \"verdict\": \"holds\", \"reason\": \"r\"},\n"
            "{\"scenario\": \"a\", \"target\": \"t\", \"verdict\": \"holds\", \"reason\": \"r\"}]}",
            "3: error: a on t was already expected in line 2"}));

}  // namespace
}  // namespace onhook
