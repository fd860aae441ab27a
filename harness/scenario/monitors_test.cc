// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/monitors.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/base/strings.h"
#include "harness/scenario/scenario_fixture.h"

namespace onhook {
namespace {

constexpr ThreadId kClient = 0, kSofia = 1, kRelay = 2, kOtherRelay = 3;

/// A trace written by hand: happens(thread, actor, verb, detail).
class Story {
 public:
  Story() {
    trace_.lanes = {{"alice", ""},
                    {"sip alice", "janus_sip_sofia_thread"},
                    {"siprtp alice", "janus_sip_relay_thread"},
                    {"siprtp carol", "janus_sip_relay_thread"}};
  }
  Story& happens(ThreadId thread, std::string_view actor, std::string_view verb,
                 std::string_view detail = "") {
    const auto step = static_cast<std::uint32_t>(trace_.facts.size());
    trace_.facts.push_back(
        {step, thread, step * 1000, intern(actor), intern(verb), intern(detail)});
    return *this;
  }
  Story& closes(std::string_view reason) { return happens(kClient, "alice", "pc_closes", reason); }
  const Trace& trace() const { return trace_; }

 private:
  Trace trace_;
};

CompiledScenario with_law(const std::string& law) {
  return testing_support::compiled_call("event hangup alice requests hangup\n" + law + "\n");
}

// What is said of `story` under one law; "" when the law holds.
std::string said(const std::string& law, const Story& story) {
  std::string out;
  for (const LawViolation& v : judge(with_law(law), story.trace())) {
    out += v.message + " @" + std::to_string(v.fact) + "\n";
  }
  return out;
}

bool holds(const std::string& law, const Story& story) { return said(law, story).empty(); }

TEST(MonitorsTest, AlwaysIsBrokenAtTheFirstFactThatBreaksIt) {
  const Story story =
      Story().closes("Close PC").happens(kClient, "alice", "closes", "pc").closes("DTLS alert");
  EXPECT_EQ(said("always pc(alice).closed_count <= 1", story), "pc(alice).closed_count is 2 @2\n");
  EXPECT_TRUE(holds("always pc(alice).closed_count <= 2", story));
}

TEST(MonitorsTest, AlwaysIsAskedAfterTheFirstFactWhateverItIs) {
  const Story story = Story().happens(kClient, "alice", "requests", "hangup");
  EXPECT_EQ(said("always pc(alice).closed_count > 0", story), "pc(alice).closed_count is 0 @0\n");
}

TEST(MonitorsTest, ALawIsReportedOnce) {
  const Story story = Story().closes("a").closes("b").closes("c");
  EXPECT_EQ(judge(with_law("always pc(alice).closed_count == 0"), story.trace()).size(), 1u);
}

TEST(MonitorsTest, NeverIsBrokenWhenItBecomesTrue) {
  EXPECT_TRUE(holds("never dtls_alert(alice)", Story().closes("Close PC")));
  EXPECT_EQ(
      said("never dtls_alert(alice)", Story().closes("x").happens(kClient, "alice", "dtls_alert")),
      "dtls_alert(alice) is true @1\n");
  EXPECT_TRUE(holds("never dtls_alert(alice)", Story().happens(kClient, "carol", "dtls_alert")));
}

TEST(MonitorsTest, FinallyAsksForTheEndOnly) {
  const std::string law = "finally pc(alice).close_reason == \"Close PC\"";
  EXPECT_TRUE(holds(law, Story().closes("DTLS alert").closes("Close PC")));
  EXPECT_EQ(said(law, Story().closes("Close PC").closes("DTLS alert")),
            "pc(alice).close_reason is \"DTLS alert\" @1\n");
}

TEST(MonitorsTest, WhatNeverHappenedEqualsNothing) {
  EXPECT_EQ(said("finally pc(alice).close_reason == \"Close PC\"", Story()),
            "pc(alice).close_reason has no value: nothing 'pc_closes' happened @0\n");
  EXPECT_TRUE(holds("finally pc(alice).close_reason != \"DTLS alert\"", Story()));
}

TEST(MonitorsTest, APeerConnectionIsOpenBetweenItsEnds) {
  const Story open = Story().happens(kClient, "alice", "pc_opens");
  EXPECT_TRUE(holds("finally pc(alice).open", open));
  EXPECT_FALSE(holds("finally not pc(alice).open", open));
  EXPECT_TRUE(holds("finally not pc(alice).open", Story(open).closes("Close PC")));
  EXPECT_FALSE(holds("finally not pc(alice).open", Story()))
      << "of a connection that was never seen nothing is known";
}

TEST(MonitorsTest, ThreadsAreCountedByRole) {
  const Story story = Story()
                          .happens(kRelay, "", "starts")
                          .happens(kSofia, "", "starts")
                          .happens(kOtherRelay, "", "starts")
                          .happens(kRelay, "", "exits");
  EXPECT_EQ(said("always running(relay).count <= 1", story), "running(relay).count is 2 @2\n");
  EXPECT_TRUE(holds("finally running(relay).count == 1", story));
  EXPECT_TRUE(holds("finally exited(relay).count == 1", story));
  EXPECT_TRUE(holds("thread hers janus_sip_relay_thread of alice\nfinally running(hers).count == 0",
                    story));
}

TEST(MonitorsTest, AttributesSelectWhatIsCounted) {
  const Story story = Story()
                          .happens(kClient, "alice", "receives", "hangup, code 200")
                          .happens(kClient, "alice", "receives", "hangup, code 486")
                          .happens(kClient, "alice", "receives", "calling");
  EXPECT_TRUE(holds("finally received(alice, hangup).count == 2", story));
  EXPECT_TRUE(holds("finally received(alice, \"hangup, code 486\").count == 1", story));
  EXPECT_TRUE(holds("finally received(alice, hangup, \"code 200\")", story));
  EXPECT_TRUE(holds("finally received(alice).count == 3", story));
  EXPECT_EQ(said("finally not received(alice, calling)", story),
            "received(alice, calling) is true @2\n");
}

TEST(MonitorsTest, ReadsTheNewStateOfAStatus) {
  const Story story = Story()
                          .happens(kClient, "alice", "status", "idle -> incall")
                          .happens(kClient, "alice", "status", "incall -> closing");
  EXPECT_TRUE(holds("finally status(alice) == \"closing\"", story));
  EXPECT_EQ(said("never status(alice) == \"incall\"", story), "status(alice) is \"incall\" @0\n");
}

TEST(MonitorsTest, ReadsTheValueOfAKeyOfTheState) {
  const Story story = Story()
                          .happens(kClient, "alice", "observed", "establishing 1")
                          .happens(kClient, "alice", "observed", "establishing_too 7")
                          .happens(kClient, "alice", "observed", "call_status idle");
  EXPECT_TRUE(holds("finally state(alice, call_status) == \"idle\"", story));
  EXPECT_EQ(said("finally state(alice, establishing) == \"0\"", story),
            "state(alice, establishing) is \"1\" @2\n");
}

TEST(MonitorsTest, AndNeedsAllOrNeedsOne) {
  const Story story = Story().closes("Detach");
  EXPECT_TRUE(holds("finally pc(alice).closed_count == 1 and not dtls_alert(alice)", story));
  EXPECT_FALSE(holds("finally pc(alice).closed_count == 1 and dtls_alert(alice)", story));
  EXPECT_TRUE(holds("finally pc(alice).closed_count == 2 or not dtls_alert(alice)", story));
  EXPECT_EQ(said("finally pc(alice).closed_count == 2 or dtls_alert(alice)", story),
            "pc(alice).closed_count is 1; dtls_alert(alice) is false @0\n");
}

TEST(MonitorsTest, EachComparatorComparesAsItReads) {
  const Story twice = Story().closes("a").closes("b");
  const auto count_is = [&twice](const std::string& comparison) {
    return holds("finally pc(alice).closed_count " + comparison, twice);
  };
  EXPECT_TRUE(count_is("== 2") && count_is("!= 3") && count_is("< 3") && count_is("<= 2") &&
              count_is("> 1") && count_is(">= 2"));
  EXPECT_FALSE(count_is("== 3") || count_is("!= 2") || count_is("< 2") || count_is("<= 1") ||
               count_is("> 2") || count_is(">= 3"));
}

TEST(MonitorsTest, OneMonitorsJudgesManyTracesEachAfresh) {
  Monitors monitors(with_law("always pc(alice).closed_count <= 1"));
  const Story good = Story().closes("Close PC");
  const Story bad = Story().closes("Close PC").closes("Close PC");
  EXPECT_TRUE(monitors.judge(good.trace()).empty());
  EXPECT_EQ(monitors.judge(bad.trace()).size(), 1u);
  EXPECT_TRUE(monitors.judge(good.trace()).empty());
}

TEST(MonitorsTest, ViolationsComeInTheOrderOfTheFacts) {
  const CompiledScenario s = with_law(
      "finally pc(alice).close_reason == \"Close PC\"\n"
      "always pc(alice).closed_count <= 1\n"
      "never dtls_alert(alice)");
  const auto violations = judge(
      s, Story().happens(kClient, "alice", "dtls_alert").closes("DTLS alert").closes("x").trace());
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0].law, "never dtls_alert(alice)");
  EXPECT_EQ(violations[1].law, "always pc(alice).closed_count <= 1");
  EXPECT_EQ(violations[2].law, "finally pc(alice).close_reason == \"Close PC\"");
}

TEST(MonitorsDeathTest, AnEndWithoutABeginningIsOurMistake) {
  const CompiledScenario s = with_law("always running(relay).count <= 1");
  const Story story = Story().happens(kRelay, "", "exits");
  EXPECT_DEATH(judge(s, story.trace()), "whose beginning it does not hold");
}

}  // namespace
}  // namespace onhook
