// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/base/diagnostic.h"

#include <gtest/gtest.h>

#include <array>

namespace onhook {
namespace {

Diagnostic at(int line, int column, int width, std::string source) {
  return {"a.sched", line, column, width, std::move(source), "unknown word", ""};
}

TEST(DiagnosticTest, UnderlinesTheWordAndSuggests) {
  Diagnostic d = at(9, 5, 3, "    rum 3");
  d.suggestion = "did you mean 'run'?";
  EXPECT_EQ(to_text(d),
            "a.sched:9:5: error: unknown word\n"
            "      rum 3\n"
            "      ^~~\n"
            "did you mean 'run'?\n");
}

TEST(DiagnosticTest, AFileAsAWholeHasNoPlace) {
  EXPECT_EQ(to_text(at(0, 0, 1, "")), "a.sched: error: unknown word\n");
}

TEST(DiagnosticTest, ALineAsAWholeHasNoCaret) {
  EXPECT_EQ(to_text(at(2, 0, 1, "x")), "a.sched:2: error: unknown word\n  x\n");
}

TEST(DiagnosticTest, CaretStandsAfterTabsAndCharactersOfSeveralBytes) {
  EXPECT_EQ(to_text(at(1, 5, 2, "\t\xc3\xa9 ab")),
            "a.sched:1:5: error: unknown word\n  \t\xc3\xa9 ab\n  \t  ^~\n");
}

TEST(DiagnosticTest, CaretPastTheEndStandsAfterTheLine) {
  EXPECT_EQ(to_text(at(1, 99, 7, "ab")), "a.sched:1:99: error: unknown word\n  ab\n    ^\n");
}

TEST(DiagnosticTest, ControlCharactersDoNotReachTheTerminal) {
  EXPECT_EQ(to_text(at(1, 1, 1, "\x1b[2J")), "a.sched:1:1: error: unknown word\n  ?[2J\n  ^\n");
}

constexpr std::array<std::string_view, 4> kVerbs = {"run", "replay", "show", "targets"};

TEST(ClosestWordTest, FindsTypingMistakes) {
  EXPECT_EQ(closest_word("rum", kVerbs), "run");
  EXPECT_EQ(closest_word("reply", kVerbs), "replay");
  EXPECT_EQ(closest_word("SHOW", kVerbs), "show");
  EXPECT_EQ(closest_word("tragets", kVerbs), "targets");
}

TEST(ClosestWordTest, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(closest_word("bisect", kVerbs), "");
  EXPECT_EQ(closest_word("x", kVerbs), "");
  EXPECT_EQ(closest_word("run", {}), "");
}

}  // namespace
}  // namespace onhook
