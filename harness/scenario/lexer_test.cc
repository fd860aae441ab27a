// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/lexer.h"

#include <gtest/gtest.h>

namespace onhook {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (const Line& line : lex(text, "test.scn").lines) {
    for (const Token& token : line.tokens) {
      if (token.kind != TokenKind::end_of_line) words.push_back(token.text);
    }
  }
  return words;
}

TokenKind kind_of(const std::string& text) { return lex(text, "x").lines.at(0).tokens.at(0).kind; }

using Words = std::vector<std::string>;

TEST(LexerTest, SplitsWordsAndSymbols) {
  EXPECT_EQ(words_of("given call alice->bob with audio,video"),
            (Words{"given", "call", "alice", "->", "bob", "with", "audio", ",", "video"}));
  EXPECT_EQ(words_of("always pc(alice).closed_count<=1"),
            (Words{"always", "pc", "(", "alice", ")", ".", "closed_count", "<=", "1"}));
}

TEST(LexerTest, KeepsADashInsideAWord) { EXPECT_EQ(words_of("re-INVITE"), Words{"re-INVITE"}); }

TEST(LexerTest, TellsNumbersFromDurations) {
  EXPECT_EQ(kind_of("200"), TokenKind::number);
  EXPECT_EQ(kind_of("5s"), TokenKind::quantity);
  EXPECT_EQ(kind_of("1.5s"), TokenKind::quantity);
  EXPECT_EQ(words_of("0s..5s"), (Words{"0s", "..", "5s"}));
  EXPECT_EQ(words_of("0..5"), (Words{"0", "..", "5"}));
}

TEST(LexerTest, UnescapesStrings) {
  EXPECT_EQ(words_of(R"("a \"b\" \\ c\nd\te # no comment")"),
            Words{"a \"b\" \\ c\nd\te # no comment"});
}

TEST(LexerTest, TakesReferencesAndProgramArgumentsRaw) {
  EXPECT_EQ(words_of("see janus#3430, RFC3261 # comment"),
            (Words{"see", "janus#3430", ",", "RFC3261"}));
  EXPECT_EQ(words_of("program sub/abba.c with -DN=2 9c0e --x"),
            (Words{"program", "sub/abba.c", "with", "-DN=2", "9c0e", "--x"}));
}

TEST(LexerTest, ForgetsBlankLinesAndComments) {
  const LexResult result = lex("# only a comment\n\n   \t\r\nsettles # here\r\n", "x");
  ASSERT_EQ(result.lines.size(), 1u);
  EXPECT_EQ(result.lines[0].number, 4);
  EXPECT_EQ(result.lines[0].source, "settles # here");
}

TEST(LexerTest, ReportsOneMistakeALineAndGoesOn) {
  const LexResult result = lex("a = = b\n\"open\nfine", "x");
  ASSERT_EQ(result.diagnostics.size(), 2u);
  EXPECT_EQ(result.diagnostics[0].column, 3);
  EXPECT_EQ(result.diagnostics[1].line, 2);
  ASSERT_EQ(result.lines.size(), 1u);
  EXPECT_EQ(result.lines[0].tokens[0].text, "fine");
}

std::string hash_of(const std::string& text) { return canonical_hash(lex(text, "x").lines); }

TEST(CanonicalHashTest, DoesNotSeeBlanksAndComments) {
  EXPECT_EQ(hash_of("order a<b"), hash_of("# why\n\n  order  a < b   # this\r\n"));
  EXPECT_EQ(hash_of("order a < b").size(), 64u);
}

TEST(CanonicalHashTest, SeesEveryTokenAndLineEnd) {
  EXPECT_NE(hash_of("order a < b"), hash_of("order b < a"));
  EXPECT_NE(hash_of("a b"), hash_of("a\nb"));
  EXPECT_NE(hash_of("\"a b\""), hash_of("a b"));
  EXPECT_NE(hash_of("\"a\\nb\""), hash_of("\"a b\""));
}

}  // namespace
}  // namespace onhook
