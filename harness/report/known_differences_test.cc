// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/known_differences.h"

#include <gtest/gtest.h>

namespace onhook {
namespace {

std::string complaint_of(std::string_view text) {
  const auto result = parse_known_differences(text, "k.json");
  const auto* error = std::get_if<Diagnostic>(&result);
  return error != nullptr ? error->message : "";
}

std::vector<std::string> words_of(const std::vector<Seen>& seen) {
  std::vector<std::string> words;
  for (const Seen& one : seen) words.push_back(one.what);
  return words;
}

const std::vector<Seen> kSeen = {{"bob", "gets INVITE", 0}, {"bob", "gets ACK", 1}};

TEST(KnownDifferencesTest, entries_are_read_and_what_is_none_is_refused) {
  const auto read = parse_known_differences(
      R"({"differences": [{"target": "1.4.1*", "observer": "bob", "real": "gets ACK", "reason": "r"}]})",
      "k.json");
  ASSERT_TRUE(std::holds_alternative<std::vector<KnownDifference>>(read));
  const auto& one = std::get<std::vector<KnownDifference>>(read).at(0);
  EXPECT_EQ(one.scenario, "*");
  EXPECT_TRUE(one.is_about("any", "1.4.1+hangup_guard", "sofia"));
  EXPECT_FALSE(one.is_about("any", "1.1.2", "sofia"));
  EXPECT_EQ(one.text(), "bob: real \"gets ACK\", fake nothing");
  EXPECT_EQ(complaint_of(R"({"differences": [{"real": "x"}]})"),
            "difference 1: \"reason\" is missing");
  EXPECT_EQ(complaint_of(R"({"differences": [{"reason": "x"}]})"),
            "difference 1: \"real\" or \"fake\" is needed");
  EXPECT_EQ(complaint_of(R"({"differences": [{"raeson": "x"}]})"),
            "difference 1: there is no key \"raeson\"");
  EXPECT_EQ(complaint_of(R"({"differences": [{"real": "x", "stack": "fake", "reason": "r"}]})"),
            "difference 1: \"stack\" is \"sofia\" or \"server\"");
  EXPECT_NE(complaint_of("{}"), "");
}

TEST(KnownDifferencesTest, what_the_real_stack_shows_is_dropped_or_reworded) {
  KnownDifferences drops({{"*", "*", "*", "*", "gets A*", "", "r"}}, "s", "t", "sofia");
  EXPECT_EQ(words_of(drops.real(kSeen)), std::vector<std::string>{"gets INVITE"});
  KnownDifferences rewords({{"*", "*", "bob", "*", "gets ACK", "gets PRACK", "r"}}, "s", "t",
                           "sofia");
  EXPECT_EQ(words_of(rewords.real(kSeen)), (std::vector<std::string>{"gets INVITE", "gets PRACK"}));
  EXPECT_EQ(rewords.unused_report(), "");
}

TEST(KnownDifferencesTest, an_entry_can_be_about_one_stack) {
  const std::vector<KnownDifference> all = {{"*", "*", "*", "server", "gets ACK", "", "r"}};
  KnownDifferences of_the_server(all, "s", "t", "server");
  EXPECT_EQ(of_the_server.real(kSeen).size(), 1u);
  KnownDifferences of_the_library(all, "s", "t", "sofia");
  EXPECT_EQ(of_the_library.real(kSeen).size(), 2u);
  EXPECT_EQ(of_the_library.unused_report(), "");
}

TEST(KnownDifferencesTest, a_view_of_the_real_stack_is_put_into_the_fakes_words) {
  KnownDifferences known({{"*", "*", "bob", "*", "gets ACK", "", "r"},
                          {"*", "*", "*", "*", "gets INVITE", "gets re-INVITE", "r"}},
                         "s", "t", "sofia");
  EXPECT_EQ(known.real(OutsideView{{"bob", {"gets INVITE", "gets ACK"}}, {"eve", {"gets ACK"}}}),
            (OutsideView{{"bob", {"gets re-INVITE"}}, {"eve", {"gets ACK"}}}));
}

TEST(KnownDifferencesTest, what_only_the_fakes_show_is_dropped_from_theirs) {
  KnownDifferences known({{"*", "*", "bob", "*", "", "gets ACK", "r"}}, "s", "t", "sofia");
  EXPECT_EQ(known.fake({{"bob", {"gets ACK"}}, {"eve", {"gets ACK"}}}),
            (OutsideView{{"eve", {"gets ACK"}}}));
  EXPECT_EQ(known.unused_report(), "");
  EXPECT_EQ(words_of(known.real(kSeen)).size(), 2u);
}

TEST(KnownDifferencesTest, an_entry_that_fits_nothing_is_named_where_it_was_to_be_used) {
  const std::vector<KnownDifference> all = {{"s", "*", "eve", "*", "gets ACK", "", "r"},
                                            {"other", "*", "bob", "*", "gets BYE", "", "r"}};
  KnownDifferences known(all, "s", "t", "sofia");
  EXPECT_EQ(known.real(kSeen).size(), 2u);
  EXPECT_EQ(known.unused_report(),
            "known difference fits nothing: eve: real \"gets ACK\", fake nothing\n");
}

}  // namespace
}  // namespace onhook
