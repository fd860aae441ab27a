// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/format.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "harness/base/testing.h"
#include "harness/scenario/lexer.h"

namespace onhook {
namespace {

TEST(Format, puts_names_in_columns_as_long_as_lines_stand_together) {
  EXPECT_EQ(format_scenario("scenario   s\n\"What holds.\"\n"
                            "actor alice browser\nactor bob  sip_peer\n\n\n"
                            "thread relay janus_sip_relay_thread\n"),
            "scenario s\n  \"What holds.\"\n"
            "actor  alice  browser\nactor  bob    sip_peer\n\n"
            "thread  relay  janus_sip_relay_thread\n");
}

TEST(Format, knows_where_blanks_belong) {
  EXPECT_EQ(format_scenario(
                "order a<b  <c\nnever  pc( alice ).open\nbob on BYE replies 200 within 0s..5s\n"
                "event e sofia delivers nua_i_state ,callstate terminated\n"),
            "order  a < b < c\n"
            "never  pc( alice ).open\n"
            "bob    on BYE replies 200 within 0s..5s\n"
            "event  e  sofia delivers nua_i_state, callstate terminated\n");
}

TEST(Format, leaves_comments_where_they_are) {
  EXPECT_EQ(format_scenario("# above\nalice closes pc        # why\n"),
            "# above\nalice  closes pc       # why\n");
  EXPECT_EQ(format_scenario("alice closes pc # why\n"), "alice  closes pc  # why\n");
}

TEST(Format, changes_no_token_of_any_scenario_and_nothing_the_second_time) {
  std::size_t seen = 0;
  const std::filesystem::path all = ONHOOK_SOURCE_FOLDER "/scenarios";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(all)) {
    if (entry.path().extension() != ".scn") continue;
    const std::string text = testing_base::text_of_file(entry.path());
    const std::string formatted = format_scenario(text);
    EXPECT_EQ(canonical_hash(lex(formatted, "").lines), canonical_hash(lex(text, "").lines))
        << entry.path();
    EXPECT_EQ(format_scenario(formatted), formatted) << entry.path();
    ++seen;
  }
  EXPECT_GT(seen, 50u);
}

}  // namespace
}  // namespace onhook
