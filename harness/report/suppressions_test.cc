// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/suppressions.h"

#include <gtest/gtest.h>

namespace onhook {
namespace {

std::vector<Suppression> parsed(std::string_view text) {
  const auto result = parse_suppressions(text, "s.json");
  if (const auto* error = std::get_if<Diagnostic>(&result)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  return std::get<std::vector<Suppression>>(result);
}

std::string complaint_of(std::string_view text) {
  const auto result = parse_suppressions(text, "s.json");
  const auto* error = std::get_if<Diagnostic>(&result);
  return error != nullptr ? error->message : "";
}

TEST(SuppressionsTest, law_functions_and_object_must_all_fit) {
  const Suppression s{"RACE", {"f", "g"}, "x", "why"};
  EXPECT_TRUE(s.fits("RACE", {"f", "g"}, "x"));
  EXPECT_TRUE(s.fits("RACE", {"g", "f"}, "x")) << "whichever came first";
  EXPECT_FALSE(s.fits("LOCK", {"f", "g"}, "x"));
  EXPECT_FALSE(s.fits("RACE", {"f", "f"}, "x"));
  EXPECT_FALSE(s.fits("RACE", {"f"}, "x"));
  EXPECT_FALSE(s.fits("RACE", {"f", "g"}, "xx"));
}

TEST(SuppressionsTest, what_is_left_out_fits_anything_and_a_star_what_begins_so) {
  EXPECT_TRUE((Suppression{"RACE", {}, "x", "why"}.fits("RACE", {"a", "b"}, "x")));
  EXPECT_TRUE((Suppression{"RACE", {"f"}, "", "why"}.fits("RACE", {"a", "f"}, "y")));
  EXPECT_TRUE(
      (Suppression{"RACE", {"janus_*"}, "s->*", "why"}.fits("RACE", {"a", "janus_b"}, "s->media")));
  EXPECT_FALSE((Suppression{"RACE", {"janus_*"}, "", "why"}.fits("RACE", {"a", "b"}, "y")));
}

TEST(SuppressionsTest, is_read_with_its_reason) {
  const auto list = parsed(
      R"({"suppressions": [{"law": "RACE", "functions": ["f"], "object": "x", "reason": "r"}]})");
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].text(), "RACE of f on x");
  EXPECT_EQ(list[0].reason, "r");
}

TEST(SuppressionsTest, says_which_entry_is_wrong) {
  EXPECT_EQ(complaint_of(R"({"suppressions": [{"law": "RACE", "object": "x"}]})"),
            "suppression 1: \"reason\" is missing");
  EXPECT_EQ(complaint_of(R"({"suppressions": [{"law": "RACE", "reason": "r"}]})"),
            "suppression 1: \"functions\" or \"object\" is needed");
  EXPECT_EQ(complaint_of(R"({"suppressions": [{"law": "RACE", "why": "r"}]})"),
            "suppression 1: there is no key \"why\"");
  EXPECT_NE(complaint_of("[]"), "");
  EXPECT_NE(complaint_of("{"), "");
}

TEST(SuppressionsTest, one_that_fits_nothing_is_reported) {
  const std::vector<Suppression> list = {{"RACE", {}, "x", "r"}, {"RACE", {"f"}, "", "r"}};
  EXPECT_EQ(unused_report(list, {3, 0}), "suppression fits nothing: RACE of f\n");
  EXPECT_EQ(unused_report(list, {3, 1}), "");
  EXPECT_EQ(unused_report(list, {}),
            "suppression fits nothing: RACE on x\nsuppression fits nothing: RACE of f\n");
}

}  // namespace
}  // namespace onhook
