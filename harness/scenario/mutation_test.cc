// SPDX-License-Identifier: GPL-3.0-or-later
// Texts near a good scenario: whatever the bytes, the compiler gives a scenario or says what is
// wrong, never both and never neither. Under ASan and UBSan this is where a slip would show.
#include <gtest/gtest.h>

#include <iterator>
#include <string>

#include "harness/base/prng.h"
#include "harness/base/testing.h"
#include "harness/scenario/monitors.h"
#include "harness/scenario/scenario_fixture.h"

namespace onhook {
namespace {

std::string good_text() {
  return testing_base::text_of_file(ONHOOK_SOURCE_FOLDER "/scenarios/hangup/client_keeps_pc.scn");
}

// Every diagnostic must point into the text, and can be printed.
void expect_one_answer(const std::string& text) {
  const CompileResult result = compile_scenario(text, "mutant.scn");
  ASSERT_NE(result.scenario.has_value(), !result.diagnostics.empty()) << text;
  for (const Diagnostic& d : result.diagnostics) {
    ASSERT_FALSE(d.message.empty()) << text;
    ASSERT_GE(d.width, 1) << text;
    if (d.line > 0) {
      ASSERT_LE(static_cast<std::size_t>(d.column), d.source_line.size() + 1) << text;
    }
    ASSERT_NE(to_text(d), "");
  }
  if (result.scenario) {
    ASSERT_FALSE(result.scenario->orders.empty()) << text;
    judge(*result.scenario, Trace{});
  }
}

TEST(MutationTest, EveryTruncationHasOneAnswer) {
  const std::string good = good_text();
  ASSERT_GT(good.size(), 500u);
  for (std::size_t size = 0; size <= good.size(); ++size) expect_one_answer(good.substr(0, size));
}

TEST(MutationTest, EveryMissingByteHasOneAnswer) {
  const std::string good = good_text();
  for (std::size_t at = 0; at < good.size(); ++at) {
    expect_one_answer(good.substr(0, at) + good.substr(at + 1));
  }
}

TEST(MutationTest, ChangedBytesHaveOneAnswer) {
  const std::string good = good_text();
  Prng prng(3430);
  for (int i = 0; i < 3000; ++i) {
    std::string text = good;
    for (std::uint64_t n = 1 + prng.below(4); n > 0; --n) {
      text[prng.below(text.size())] = static_cast<char>(prng.below(256));
    }
    expect_one_answer(text);
  }
}

TEST(MutationTest, MovedPiecesHaveOneAnswer) {
  const std::string good = good_text();
  Prng prng(35);
  for (int i = 0; i < 3000; ++i) {
    std::string text = good;
    const std::string piece = good.substr(prng.below(good.size()), 1 + prng.below(40));
    const std::size_t at = prng.below(text.size());
    text.replace(at, std::min<std::size_t>(prng.below(40), text.size() - at), piece);
    expect_one_answer(text);
  }
}

TEST(MutationTest, RandomTokensHaveOneAnswer) {
  const std::vector<std::string> tokens = {
      "scenario", "see",      "actor",   "thread",  "given",   "event",    "order",
      "always",   "never",    "finally", "settles", "without", "program",  "within",
      "after",    "on",       "with",    "of",      "every",   "because",  "and",
      "or",       "not",      "true",    "alice",   "bob",     "relay",    "browser",
      "sip_peer", "requests", "hangup",  "exits",   "pc",      "open",     "closed_count",
      "BYE",      "200",      "5s",      "0s..5s",  "->",      ",",        "(",
      ")",        ".",        "..",      "==",      "<",       "\"text\"", "a.c",
      "-DN",      "\n",       "\n",      "\n"};
  Prng prng(7);
  for (int i = 0; i < 3000; ++i) {
    std::string text = "scenario x\nactor alice browser\n";
    for (std::uint64_t n = prng.below(60); n > 0; --n) {
      text += tokens[prng.below(tokens.size())] + " ";
    }
    expect_one_answer(text);
  }
}

}  // namespace
}  // namespace onhook
