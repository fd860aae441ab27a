// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/trace/schedule.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/base/prng.h"
#include "harness/base/strings.h"
#include "harness/base/testing.h"

namespace onhook {
namespace {

Schedule parsed(std::string_view text) {
  auto result = parse_schedule(text, "a.sched");
  if (auto* error = std::get_if<Diagnostic>(&result)) {
    ADD_FAILURE() << to_text(*error) << "in\n" << text;
    return {};
  }
  return std::get<Schedule>(result);
}

std::string error_in(std::string_view text) {
  auto result = parse_schedule(text, "a.sched");
  auto* error = std::get_if<Diagnostic>(&result);
  return error == nullptr ? "no error" : to_text(*error);
}

constexpr std::string_view kHead =
    "onhook-schedule 1\nscenario s.scn\ntarget v1.4.1\ntrace-hash 00\nseed 1\n";

std::string with_head(std::string_view rest) { return std::string(kHead) + std::string(rest); }

Schedule sample() {
  Schedule s;
  s.scenario = "scenarios/pc/closed_by_plugin.scn";
  s.scenario_hash = "aa";
  s.target = "v1.4.1+pr3430";
  s.target_hash = "bb";
  s.order = {"hangup", "relay_exit", "terminated"};
  s.law = "finally pc(alice).close_reason == \"Close PC\"";
  s.trace_hash = "cc";
  s.seed = 42;
  for (int i = 0; i < 5; ++i) s.choices.emplace_back(ThreadChoice{3, Wake::ready});
  s.choices.emplace_back(ValueChoice{2, 5, intern("bob replies")});
  s.choices.emplace_back(ThreadChoice{3, Wake::timeout});
  s.choices.emplace_back(ThreadChoice{3, Wake::timeout});
  s.choices.emplace_back(ThreadChoice{12, Wake::ready});
  return s;
}

TEST(ScheduleTest, ReadsLikeADiaryOfChoices) {
  const std::vector<Lane> lanes = {{"sip handler", ""}, {"a", ""}, {"b", ""}, {"siprtp alice", ""}};
  EXPECT_EQ(to_text(sample(), lanes),
            "onhook-schedule 1\n"
            "scenario      scenarios/pc/closed_by_plugin.scn\n"
            "scenario-hash aa\n"
            "target        v1.4.1+pr3430\n"
            "target-hash   bb\n"
            "order         hangup, relay_exit, terminated\n"
            "law           finally pc(alice).close_reason == \"Close PC\"\n"
            "trace-hash    cc\n"
            "seed          42\n"
            "choices       9\n"
            "run 3 x5      # siprtp alice\n"
            "value 2 of 5 \"bob replies\"\n"
            "wake 3 x2     # siprtp alice\n"
            "run 12\n");
}

TEST(ScheduleTest, AProgramsScheduleSaysHowItIsCompiledAndCalled) {
  Schedule s;
  s.scenario = "classics/readers.c";
  s.target = "program";
  s.defines = {"-DN=2", "-DSTRICT"};
  s.args = {"a, b", ""};
  s.points = {"all"};
  const std::string text = to_text(s);
  EXPECT_NE(text.find("defines       -DN=2, -DSTRICT\n"
                      "args          \"a, b\", \"\"\n"
                      "points        all\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(parsed(text), s);
}

TEST(ScheduleTest, CommentsBlankLinesAndCarriageReturnsSayNothing) {
  const Schedule s = parsed(
      "onhook-schedule 1 # found on a Monday\r\n\r\n# seed 9\nseed 7 # lucky\n"
      "scenario a#b.scn # a comment\ntarget t\ntrace-hash 00\nlaw \"\" # none\n"
      "choices 2\n\n  run 1 # first\n\twake 2\n");
  EXPECT_EQ(s.seed, 7u);
  EXPECT_EQ(s.scenario, "a#b.scn");
  EXPECT_EQ(s.law, "");
  EXPECT_EQ(s.choices,
            (std::vector<Choice>{ThreadChoice{1, Wake::ready}, ThreadChoice{2, Wake::timeout}}));
}

// Any schedule comes back as itself, whatever its strings hold.
TEST(ScheduleTest, RoundTrip) {
  Prng prng(20240401);
  const auto any_string = [&](std::size_t longest) {
    static constexpr std::string_view kAlphabet = "ab,# \"\\\n\t\r\x01\x7f\xc3\xa9x9:=";
    std::string out(prng.below(longest + 1), ' ');
    for (char& c : out) c = kAlphabet[prng.below(kAlphabet.size())];
    return out;
  };
  for (int round = 0; round < 2000; ++round) {
    Schedule s;
    s.scenario = any_string(12);
    s.scenario_hash = any_string(3);
    s.target = any_string(6);
    s.target_hash = any_string(3);
    for (auto* list : {&s.order, &s.defines, &s.args, &s.points}) {
      for (std::uint64_t i = prng.below(4); i > 0; --i) list->push_back(any_string(5));
    }
    s.law = any_string(20);
    s.core_rules = any_string(6);
    s.sip = any_string(5);
    s.shows = any_string(5);
    s.trace_hash = any_string(4);
    s.seed = prng.next();
    for (std::uint64_t i = prng.below(30); i > 0; --i) {
      const std::uint64_t kind = prng.below(6);
      if (kind == 0) {
        const auto n = static_cast<std::uint32_t>(1 + prng.below(UINT32_MAX));
        s.choices.emplace_back(
            ValueChoice{static_cast<std::uint32_t>(prng.below(n)), n, intern(any_string(8))});
      } else {
        const auto thread = static_cast<ThreadId>(kind == 1 ? prng.below(kNoThread) : kind % 2);
        s.choices.emplace_back(ThreadChoice{thread, static_cast<Wake>(prng.below(3))});
      }
    }
    const std::vector<Lane> lanes(prng.below(3), Lane{any_string(6), ""});
    const std::string text = to_text(s, lanes);
    ASSERT_EQ(parsed(text), s) << text;
    ASSERT_EQ(to_text(parsed(text), lanes), text);
  }
}

TEST(ScheduleTest, AnotherVersionIsRefusedByNumber) {
  EXPECT_EQ(error_in("onhook-schedule 2\n"),
            "a.sched:1:17: error: version 2 of the format is not known\n"
            "  onhook-schedule 2\n"
            "                  ^\n"
            "this onhook reads version 1\n");
}

TEST(ScheduleTest, SomeOtherFileIsRefused) {
  EXPECT_EQ(error_in("#!/bin/sh\n"),
            "a.sched:1:1: error: this is not a schedule\n"
            "  #!/bin/sh\n"
            "  ^\n"
            "a schedule begins with 'onhook-schedule 1'\n");
  EXPECT_NE(error_in(""), "no error");
}

TEST(ScheduleTest, AMistypedWordIsShownWithItsNeighbour) {
  EXPECT_EQ(error_in("onhook-schedule 1\nscenaro a.scn\n"),
            "a.sched:2:1: error: unknown field 'scenaro'\n"
            "  scenaro a.scn\n"
            "  ^~~~~~~\n"
            "did you mean 'scenario'?\n");
  EXPECT_EQ(error_in(with_head("choices 1\n  rum 3\n")),
            "a.sched:7:3: error: unknown choice 'rum'\n"
            "    rum 3\n"
            "    ^~~\n"
            "did you mean 'run'?\n");
}

struct BadCase {
  const char* rest;     // after kHead
  const char* message;  // "line:column: error: text"
};

class BadScheduleTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadScheduleTest, IsRefusedAtItsPlace) {
  const std::string error = error_in(with_head(GetParam().rest));
  EXPECT_EQ(error.substr(0, error.find('\n')), "a.sched:" + std::string(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadScheduleTest,
    testing::Values(
        BadCase{"seed 2\n", "6:1: error: 'seed' was already given in line 5"},
        BadCase{"law\n", "6:1: error: 'law' needs a value"},
        BadCase{"law \"x\n", "6:5: error: this string does not end"},
        BadCase{"law \"a\\q\"\n", "6:7: error: unknown escape"},
        BadCase{"law \"a\" b\n", "6:9: error: nothing more is expected on this line"},
        BadCase{"order a,,b\n", "6:9: error: an event name is missing"},
        BadCase{"order a,\n", "6:1: error: an event name is missing"},
        BadCase{"args a,\n", "6:1: error: a word is missing"},
        BadCase{"run 1\n", "6:1: error: a choice before the line 'choices N'"},
        BadCase{"choices many\n", "6:9: error: the number of choices must be a number"},
        BadCase{"choices 99999999\n", "6:9: error: the number of choices must be at most 16777216"},
        BadCase{"choices 1\nrun\n", "7:4: error: the thread's number must be a number"},
        BadCase{"choices 1\nrun 65535\n", "7:5: error: the thread's number must be at most 65534"},
        BadCase{"choices 1\nrun 1 5\n", "7:7: error: only 'x' and a number may stand here"},
        BadCase{"choices 1\nrun 1 x0\n", "7:8: error: a choice is made at least once"},
        BadCase{"choices 1\nrun 1 x2\n",
                "7:1: error: more choices than the 1 that line 6 announces"},
        BadCase{"choices 1\nrun -1\n", "7:5: error: the thread's number must be a number"},
        BadCase{"choices 1\nvalue 5 of 5 \"x\"\n",
                "7:7: error: the value must be below 5, values count from 0"},
        BadCase{"choices 1\nvalue 1 5 \"x\"\n", "7:9: error: 'of' is missing"},
        BadCase{"choices 1\nvalue 1 of 5\n", "7:13: error: a label in quotes is missing"}));

TEST(ScheduleTest, AFileThatWasCutOffIsRefused) {
  EXPECT_EQ(error_in(with_head("choices 3\nrun 1 x2\n")),
            "a.sched: error: line 6 announces 3 choices, the file has 2\nis the file cut off?\n");
  EXPECT_EQ(error_in(kHead), "a.sched: error: the field 'choices' is missing\n");
}

// No prefix of a file may read as a whole file: a half-written schedule must not replay.
TEST(ScheduleTest, NoPrefixIsAccepted) {
  const std::string text = to_text(sample());
  for (std::size_t n = 0; n < text.size(); ++n) {
    auto result = parse_schedule(std::string_view(text).substr(0, n), "a.sched");
    ASSERT_TRUE(std::holds_alternative<Diagnostic>(result)) << "first " << n << " bytes";
  }
}

class ScheduleFileTest : public testing::Test {
 protected:
  const testing_base::TemporaryFolder folder_;
};

TEST_F(ScheduleFileTest, WhatIsWrittenIsReadBackAndNothingElseIsLeft) {
  const std::string path = folder_ / "a.sched";
  ASSERT_EQ(write_schedule({}, {}, path), std::nullopt);
  ASSERT_EQ(write_schedule(sample(), {}, path), std::nullopt);  // replaces
  const auto result = read_schedule(path);
  ASSERT_TRUE(std::holds_alternative<Schedule>(result));
  EXPECT_EQ(std::get<Schedule>(result), sample());
  const auto files = std::filesystem::directory_iterator(folder_.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(ScheduleFileTest, AFileThatCannotBeReadOrWrittenIsNamed) {
  const std::string path = folder_ / "no/such.sched";
  EXPECT_EQ(to_text(write_schedule(sample(), {}, path).value()),
            path + ": error: cannot write the schedule: No such file or directory\n");
  EXPECT_EQ(to_text(std::get<Diagnostic>(read_schedule(path))),
            path + ": error: cannot read the schedule: No such file or directory\n");
  EXPECT_EQ(to_text(std::get<Diagnostic>(read_schedule(folder_.path()))),
            folder_.path() + ": error: cannot read the schedule: Is a directory\n");
}

TEST(HashTest, IsSha256) {
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(HashTest, ATraceIsHashedAsItsText) {
  Trace trace;
  trace.lanes = {{"sip handler", ""}};
  trace.facts = {{1, 0, 1'000'000'000, intern("alice"), intern("requests"), intern("hangup")}};
  EXPECT_EQ(hash_of(trace), sha256_of(to_text(trace)));
  Trace later = trace;
  later.facts[0].time += 1;
  EXPECT_NE(hash_of(later), hash_of(trace));
}

}  // namespace
}  // namespace onhook
