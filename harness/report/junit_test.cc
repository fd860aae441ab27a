// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/junit.h"

#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "harness/report/testing.h"

namespace onhook {
namespace {

using testing_report::hangup_run;

RunResult run_of(std::string target, Verdict verdict) {
  RunResult result;
  result.scenario = "hangup/a.scn";
  result.target = std::move(target);
  result.verdict = verdict;
  return result;
}

struct Junit : ::testing::Test {
  void write(const std::vector<RunResult>& results, const std::vector<LedgerRow>& rows = {}) {
    const std::string text = results_junit(results, rows);
    ASSERT_TRUE(document.load_string(text.c_str())) << text;
  }
  pugi::xml_node suite() const { return document.child("testsuites").child("testsuite"); }
  pugi::xml_node one(const char* target) const {
    return suite().find_child_by_attribute("testcase", "name", target);
  }
  pugi::xml_document document;
};

TEST_F(Junit, what_holds_passes_and_what_does_not_fails) {
  RunResult fault = run_of("1.3", Verdict::harness_fault);
  fault.fault = "not modelled: setsockopt";
  write({run_of("1.1", Verdict::holds), run_of("1.2", Verdict::vacuous), fault});
  EXPECT_FALSE(one("1.1").child("failure"));
  EXPECT_STREQ(one("1.2").child("failure").attribute("type").value(), "vacuous");
  EXPECT_FALSE(one("1.3").child("failure"));
  EXPECT_STREQ(one("1.3").child("error").attribute("message").value(),
               "harness_fault: not modelled: setsockopt");
  EXPECT_EQ(suite().attribute("tests").as_int(), 3);
  EXPECT_EQ(suite().attribute("failures").as_int(), 1);
  EXPECT_EQ(suite().attribute("errors").as_int(), 1);
}

TEST_F(Junit, a_failure_shows_the_ladder_and_how_to_play_it_again) {
  const RunResult red = hangup_run();
  write({red});
  const std::string text = one(red.target.c_str()).child("failure").text().get();
  EXPECT_NE(text.find("dtls_alert"), std::string::npos);
  EXPECT_NE(text.find("onhook replay"), std::string::npos);
}

TEST_F(Junit, the_ledger_decides_where_there_is_one) {
  const std::vector<LedgerRow> rows = {
      {Comparison::as_expected, "hangup/a.scn", "bad", "violated as expected: janus#1"},
      {Comparison::unexpected_pass, "hangup/a.scn", "good", "expected to be violated, holds"},
      {Comparison::missing, "hangup/b.scn", "1.4.1", "expected, but there is no result"}};
  write({run_of("bad", Verdict::violated), run_of("good", Verdict::holds)}, rows);
  EXPECT_FALSE(one("bad").child("failure"));
  EXPECT_STREQ(one("good").child("failure").attribute("message").value(),
               "expected to be violated, holds");
  const pugi::xml_node missing =
      document.child("testsuites").find_child_by_attribute("testsuite", "name", "missing");
  EXPECT_EQ(missing.attribute("failures").as_int(), 1);
}

TEST_F(Junit, bytes_that_xml_does_not_allow_do_not_spoil_it) {
  RunResult fault = run_of("1.1", Verdict::harness_fault);
  fault.fault = "a \x01 <b> & \xff \xc3\xa4";
  write({fault});
  EXPECT_STREQ(one("1.1").child("error").attribute("message").value(),
               "harness_fault: a ? <b> & \xef\xbf\xbd \xc3\xa4");
}

}  // namespace
}  // namespace onhook
