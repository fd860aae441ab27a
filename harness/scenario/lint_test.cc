// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/lint.h"

#include <gtest/gtest.h>

#include "harness/scenario/compiler.h"

namespace onhook {
namespace {

constexpr const char* kSound = R"(scenario s
  "What holds."
actor  alice browser
actor  bob   sip_peer
given  call alice -> bob with audio
alice  after 30s closes pc
event  hangup alice requests hangup
never  dtls_alert(alice)
settles within 35s
)";

/// The warnings of the sound scenario with one line put in the place of another.
std::vector<std::string> warnings(const std::string& instead_of, const std::string& line) {
  std::string text = kSound;
  const std::size_t at = text.find(instead_of);
  EXPECT_NE(at, std::string::npos);
  text.replace(at, instead_of.size(), line);
  const CompileResult result = compile_scenario(text, "s.scn");
  EXPECT_TRUE(result.scenario) << (result.diagnostics.empty()
                                       ? std::string()
                                       : to_text(result.diagnostics.front()));
  std::vector<std::string> messages;
  if (!result.scenario) return messages;
  for (const Diagnostic& d : lint(*result.scenario, text)) {
    messages.push_back(std::to_string(d.line) + ": " + d.message);
  }
  return messages;
}

using Messages = std::vector<std::string>;

TEST(Lint, says_nothing_of_a_sound_scenario) { EXPECT_EQ(warnings("", ""), Messages{}); }

TEST(Lint, tells_names_that_nothing_mentions) {
  EXPECT_EQ(warnings("actor  bob   sip_peer\n",
                     "actor  bob   sip_peer\nactor carol browser\nthread relay f\n"),
            (Messages{"5: nothing mentions the actor 'carol'",
                      "6: nothing mentions the thread 'relay'"}));
}

TEST(Lint, tells_a_law_that_cannot_break) {
  EXPECT_EQ(warnings("alice  after 30s closes pc\n", ""),
            Messages{"7: this law cannot break: alice never closes its PeerConnection, so no DTLS "
                     "alert can come"});
}

TEST(Lint, tells_a_guest_that_unregisters) {
  const std::string leaves = "event leaves alice requests unregister\n";
  EXPECT_EQ(warnings("settles", leaves + "settles"),
            Messages{"9: alice is a guest and has no registration to give up"});
  EXPECT_EQ(warnings("settles", "alice within 0s..1s requests unregister\nsettles"),
            Messages{"9: alice is a guest and has no registration to give up"});
  EXPECT_EQ(warnings("settles", leaves + "given registered alice\nsettles"), Messages{});
  EXPECT_EQ(warnings("settles", leaves + "alice within 0s..1s requests register, to bob\nsettles"),
            Messages{});
}

TEST(Lint, tells_a_scenario_without_a_summary) {
  EXPECT_EQ(warnings("  \"What holds.\"\n", ""), Messages{"1: the scenario has no summary"});
}

}  // namespace
}  // namespace onhook
