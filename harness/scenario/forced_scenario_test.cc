// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/forced_scenario.h"

#include <gtest/gtest.h>

#include "harness/scenario/scenario_fixture.h"

namespace onhook {
namespace {

using testing_support::compiled;

constexpr std::string_view kText =
    "# SPDX-License-Identifier: GPL-3.0-or-later\n"
    "scenario a_call\n"
    "  \"What it is about.\"\n"
    "actor alice browser\n"
    "actor bob sip_peer\n"
    "thread relay janus_sip_relay_thread\n"
    "thread sofia janus_sip_sofia_thread\n"
    "given call alice -> bob with audio\n"
    "alice after 3s closes pc\n"
    "event hangup alice requests hangup\n"
    "event gone relay exits\n"
    "event closed alice closes pc\n"
    "order hangup < gone\n"
    "never dtls_alert(alice)\n"
    "settles within 35s\n";

ForcedOrders cleanup_before_look() {
  ForcedOrders orders;
  orders.events = {{"", "janus_sip_relay_thread", 0, "leaves", "janus_sip_media_cleanup"},
                   {"", "janus_sip_sofia_thread", 0, "reads", "media.has_audio"}};
  orders.orders = {{0, 1}};
  return orders;
}

CompiledScenario forced(const ForcedOrders& orders) {
  const CompiledScenario base = compiled(std::string(kText));
  return compiled(forced_scenario(kText, base, orders, {}));
}

TEST(ForcedScenarioTest, ReplacesEventsAndOrders) {
  const CompiledScenario s = forced(cleanup_before_look());
  ASSERT_EQ(s.events.size(), 2u);
  EXPECT_EQ(s.events[0].text, "relay leaves janus_sip_media_cleanup");
  EXPECT_EQ(s.events[1].text, "sofia reads media.has_audio");
  ASSERT_EQ(s.orders.size(), 1u);
  EXPECT_EQ(s.orders[0].text, "relay_leaves_janus_sip_media_cleanup < sofia_reads_media_has_audio");
}

TEST(ForcedScenarioTest, KeepsActorsLawsAndTheRest) {
  const CompiledScenario base = compiled(std::string(kText));
  const CompiledScenario s = forced(cleanup_before_look());
  EXPECT_EQ(s.name, "a_call_generalised");
  EXPECT_EQ(s.summary, base.summary);
  EXPECT_EQ(s.settles, base.settles);
  ASSERT_EQ(s.laws.size(), 1u);
  EXPECT_EQ(s.laws[0].text, base.laws[0].text);
}

TEST(ForcedScenarioTest, MakesAnInstructionOfWhatAnEventMadeHappen) {
  const CompiledScenario base = compiled(std::string(kText));
  const CompiledScenario s = forced(cleanup_before_look());
  ASSERT_EQ(s.script.instructions.size(), base.script.instructions.size());
  for (std::size_t i = 0; i < s.script.instructions.size(); ++i) {
    EXPECT_EQ(s.script.instructions[i].verb, base.script.instructions[i].verb);
    EXPECT_EQ(s.script.instructions[i].object, base.script.instructions[i].object);
    EXPECT_EQ(s.script.instructions[i].window.latest, base.script.instructions[i].window.latest);
  }
}

TEST(ForcedScenarioTest, DoesNotTellTwiceWhatIsAnEventAgain) {
  ForcedOrders orders = cleanup_before_look();
  orders.events.push_back({"alice", "", 0, "requests", "hangup"});
  orders.orders.emplace_back(2, 0);
  const CompiledScenario s = forced(orders);
  EXPECT_EQ(s.script.instructions.size(), compiled(std::string(kText)).script.instructions.size());
}

TEST(ForcedScenarioTest, DeclaresThreadsThatHaveNoName) {
  ForcedOrders orders = cleanup_before_look();
  orders.events[0].number = 2;
  const CompiledScenario s = forced(orders);
  ASSERT_EQ(s.threads.size(), 3u);
  EXPECT_EQ(s.threads[2].entry_function, "janus_sip_relay_thread");
  EXPECT_EQ(s.threads[2].number, 2u);
  EXPECT_EQ(s.events[0].subject.name, s.threads[2].name);
}

TEST(ForcedScenarioTest, PutsTheCommentAboveTheScenario) {
  const CompiledScenario base = compiled(std::string(kText));
  const std::string text = forced_scenario(kText, base, cleanup_before_look(), {"Why.", "How."});
  EXPECT_NE(text.find("# Why.\n# How.\nscenario a_call_generalised\n"), std::string::npos) << text;
}

TEST(ForcedScenarioTest, MakesAScenarioOfAProgramByItself) {
  CompiledScenario base;
  base.name = "two-locks";
  base.path = "folder/two-locks.c";
  base.program = ProgramSubject{"two-locks.c", {"-DN=2"}, {"fast"}};
  ForcedOrders orders;
  orders.events = {{"", "forth", 0, "locks", "left"}, {"", "back", 0, "locks", "right"}};
  orders.orders = {{0, 1}};
  const CompiledScenario s = compiled(forced_scenario("", base, orders, {}));
  ASSERT_TRUE(s.program);
  EXPECT_EQ(s.program->c_file, "two-locks.c");
  EXPECT_EQ(s.program->defines, base.program->defines);
  EXPECT_EQ(s.program->args, base.program->args);
  EXPECT_EQ(s.orders[0].text, "forth_locks_left < back_locks_right");
}

}  // namespace
}  // namespace onhook
