// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/ladder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/base/prng.h"
#include "harness/report/remarks.h"
#include "harness/report/testing.h"
#include "harness/report/text.h"

namespace onhook {
namespace {

using testing_report::expect_golden;
using testing_report::hangup_run;
using testing_report::TraceBuilder;
using testing_report::widest_line;

std::string report_of(const RunResult& run, const LadderOptions& options) {
  return violation_report(run, run.violations.at(0), run.violations.at(0).schedule, options);
}

TEST(LadderTest, AHangupThatEndsInADtlsAlert) {
  expect_golden("hangup.txt", report_of(hangup_run(), {}));
}

TEST(LadderTest, TheNarrowestPageStaggersTheNames) {
  LadderOptions options;
  options.style.width = 60;
  expect_golden("hangup_narrow.txt", report_of(hangup_run(), options));
}

TEST(LadderTest, ColoursMarkTheFailure) {
  LadderOptions options;
  options.style.colours = Colours::on;
  expect_golden("hangup_colours.txt", report_of(hangup_run(), options));
}

TEST(LadderTest, EverythingShowsLogLinesAndWhatCameAfter) {
  LadderOptions options;
  options.detail = Detail::everything;
  expect_golden("hangup_everything.txt", report_of(hangup_run(), options));
}

TEST(LadderTest, WithoutColoursThereIsNoEscapeCode) {
  EXPECT_EQ(report_of(hangup_run(), {}).find('\x1b'), std::string::npos);
}

TEST(LadderTest, TheReplayCommandIsTheLastLine) {
  const std::string report = report_of(hangup_run(), {});
  EXPECT_TRUE(report.ends_with("\nonhook replay out/client_keeps_pc.sched\n")) << report;
}

TEST(LadderTest, AReplayCommandCanBePastedIntoAShell) {
  EXPECT_EQ(replay_command("it's here/a b.sched"), "onhook replay 'it'\\''s here/a b.sched'");
  EXPECT_EQ(replay_command("out/a-b_1.sched"), "onhook replay out/a-b_1.sched");
}

TEST(LadderTest, BusyLanesStayAndTheOthersShareOne) {
  TraceBuilder t;
  for (int i = 0; i < 30; ++i) t.lane(fmt::format("thread {}", i));
  for (int i = 0; i < 30; ++i) {
    const auto thread = static_cast<ThreadId>(i);
    t.add(1, thread, "", "starts", "");
    if (i % 5 == 0) t.add(1, thread, "", "calls", "nua_bye");
  }
  LadderOptions options;
  options.max_lanes = 7;
  expect_golden("folded_lanes.txt", ladder_of(t.trace(), std::nullopt, options));
}

TEST(LadderTest, LongTextWrapsBesideItsLane) {
  TraceBuilder t;
  const ThreadId first = t.lane("first");
  ThreadId last = first;
  for (int i = 0; i < 7; ++i) last = t.lane(fmt::format("lane {}", i));
  for (ThreadId i = first; i <= last; ++i) t.add(1, i, "", "starts", "");
  const std::string words = "a rather long detail, said in many words, that no lane can hold ";
  t.add(2, first, "alice", "receives", words + words);
  t.add(2, last, "alice", "receives", words + words);
  expect_golden("wrapped.txt", ladder_of(t.trace(), std::nullopt, {}));
}

TEST(LadderTest, TheSameFactAgainAndAgainIsOneRow) {
  TraceBuilder t;
  const ThreadId relay = t.lane("siprtp alice");
  for (int i = 0; i < 40; ++i) t.add(1 + i * 0.02, relay, "", "sends", "RTP");
  const std::string ladder = ladder_of(t.trace(), std::nullopt, {});
  EXPECT_NE(ladder.find("sends RTP  x40"), std::string::npos) << ladder;
  EXPECT_EQ(std::count(ladder.begin(), ladder.end(), '\n'), 2) << ladder;
}

TEST(LadderTest, OfALongTraceTheEndIsShownAndTheRestCounted) {
  TraceBuilder t;
  const ThreadId a = t.lane("a");
  for (int i = 0; i < 1500; ++i) t.add(1 + i * 0.001, a, "", "does", fmt::format("step {}", i));
  LadderOptions options;
  options.max_rows = 5;
  const std::string ladder = ladder_of(t.trace(), 1200, options);
  EXPECT_NE(ladder.find("1,196 earlier facts are not shown"), std::string::npos) << ladder;
  EXPECT_NE(ladder.find("does step 1200  <== here"), std::string::npos) << ladder;
  EXPECT_EQ(ladder.find("does step 1202"), std::string::npos) << ladder;
}

TEST(LadderTest, NothingHappenedIsSaid) {
  EXPECT_EQ(ladder_of({}, std::nullopt, {}), "  (nothing happened)\n");
}

// Whatever a trace holds, no row is wider than the page and no control character gets through.
TEST(LadderTest, AnyTraceFitsThePage) {
  Prng prng(7);
  const auto any_string = [&](std::size_t longest) {
    static constexpr std::string_view kAlphabet = "abc  de\n\t\x1b\x01\"'|o";
    std::string out(prng.below(longest + 1), ' ');
    for (char& c : out) c = kAlphabet[prng.below(kAlphabet.size())];
    return out + "\xc3\xa9";
  };
  for (int round = 0; round < 300; ++round) {
    TraceBuilder t;
    const std::uint64_t lanes = 1 + prng.below(25);
    for (std::uint64_t i = 0; i < lanes; ++i) t.lane(any_string(20));
    double time = 0;
    const std::uint64_t facts = 1 + prng.below(60);
    for (std::uint64_t i = 0; i < facts; ++i) {
      time += static_cast<double>(prng.below(3)) * 0.4;
      t.add(time, static_cast<ThreadId>(prng.below(lanes)), any_string(5), any_string(10),
            any_string(150));
    }
    LadderOptions options;
    options.style.width = static_cast<int>(60 + prng.below(80));
    options.max_lanes = 2 + prng.below(20);
    const std::string ladder = ladder_of(t.trace(), prng.below(facts), options);
    ASSERT_LE(widest_line(ladder), static_cast<std::size_t>(options.style.width)) << ladder;
    ASSERT_EQ(ladder.find_first_of("\x1b\x01\t"), std::string::npos) << ladder;
    ASSERT_NE(ladder.find("<=="), std::string::npos) << ladder;
  }
}

Trace ended_call(bool plugin_closes_pc) {
  TraceBuilder t;
  const ThreadId core = t.lane("core"), sofia = t.lane("sofia");
  t.add(1, core, "alice", "pc_opens", "");
  t.add(2, sofia, "alice", "delivers", "nua_i_state, callstate terminated");
  if (plugin_closes_pc) t.add(2, sofia, "alice", "close_pc", "");
  t.add(3, core, "alice", "pc_closes", plugin_closes_pc ? "Close PC" : "DTLS alert");
  return t.trace();
}

TEST(RemarksTest, ACallThatEndedWithoutClosePcIsRemarkedOn) {
  EXPECT_EQ(remarks_on(ended_call(false)),
            (std::vector<Remark>{{1, "(no close_pc: the PeerConnection of alice stays open)"}}));
}

TEST(RemarksTest, ACallThatClosedItsPcIsNot) { EXPECT_TRUE(remarks_on(ended_call(true)).empty()); }

TEST(RemarksTest, ACallWithoutAPeerConnectionIsNot) {
  TraceBuilder t;
  const ThreadId sofia = t.lane("sofia");
  t.add(2, sofia, "alice", "delivers", "nua_i_state, callstate terminated");
  EXPECT_TRUE(remarks_on(t.trace()).empty());
}

}  // namespace
}  // namespace onhook
