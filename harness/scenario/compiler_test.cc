// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/compiler.h"

#include <gtest/gtest.h>

#include <fstream>

#include "harness/base/testing.h"
#include "harness/scenario/scenario_fixture.h"

namespace onhook {
namespace {

using fakes::kMillisecond;
using fakes::kSecond;
using testing_support::compiled;
using testing_support::compiled_call;
using testing_support::compiled_complete;
using testing_support::messages_of;

using Strings = std::vector<std::string>;

CompiledScenario client_keeps_pc() {
  const CompileResult result =
      load_scenario(ONHOOK_SOURCE_FOLDER "/scenarios/hangup/client_keeps_pc.scn");
  if (result.scenario) return *result.scenario;
  ADD_FAILURE() << messages_of(result);
  return {};
}

TEST(ClientKeepsPcTest, HasItsHeader) {
  const CompiledScenario s = client_keeps_pc();
  EXPECT_EQ(s.name, "client_keeps_pc");
  EXPECT_EQ(s.summary,
            "The client hangs up but leaves its PeerConnection open: the plugin closes it.");
  EXPECT_EQ(s.see, Strings{"janus#3430"});
  EXPECT_EQ(s.settles, 35 * kSecond);
  EXPECT_EQ(s.hash.size(), 64u);
  EXPECT_FALSE(s.program.has_value());
}

TEST(ClientKeepsPcTest, TellsTheActorsWhatToDo) {
  const fakes::Script script = client_keeps_pc().script;
  ASSERT_EQ(script.actors.size(), 2u);
  EXPECT_EQ(script.actors[0].kind, fakes::ActorKind::browser);
  EXPECT_EQ(script.actors[1].kind, fakes::ActorKind::sip_peer);
  ASSERT_EQ(script.given.size(), 1u);
  EXPECT_EQ(script.given[0].from + "/" + script.given[0].to, "alice/bob");
  EXPECT_EQ(script.given[0].options, (Strings{"audio", "media flowing"}));
  ASSERT_EQ(script.reactions.size(), 1u);
  EXPECT_EQ(script.reactions[0].trigger, "BYE");
  EXPECT_EQ(script.reactions[0].object, "200");
  EXPECT_EQ(script.reactions[0].window.latest, 5 * kSecond);
}

TEST(ClientKeepsPcTest, MakesTheHangupHappenBeforeTheTabGoesAway) {
  const auto instructions = client_keeps_pc().script.instructions;
  ASSERT_EQ(instructions.size(), 2u);
  EXPECT_EQ(instructions[0].verb + " " + instructions[0].object, "requests hangup");
  EXPECT_EQ(instructions[0].window.latest, 0);
  EXPECT_EQ(instructions[1].verb + " " + instructions[1].object, "closes pc");
  EXPECT_EQ(instructions[1].window.earliest, 30 * kSecond);
  EXPECT_EQ(instructions[1].window.latest, 30 * kSecond);
}

TEST(ClientKeepsPcTest, AsksForSixOrdersAndThreeLaws) {
  const CompiledScenario s = client_keeps_pc();
  ASSERT_EQ(s.events.size(), 3u);
  EXPECT_EQ(s.events[1].subject.entry_function, "janus_sip_relay_thread");
  EXPECT_EQ(s.events[2].attributes, (Strings{"nua_i_state", "callstate terminated"}));
  EXPECT_EQ(s.orders.size(), 6u);
  ASSERT_EQ(s.laws.size(), 3u);
  EXPECT_EQ(s.laws[2].text, "finally pc(alice).close_reason == \"Close PC\"");
}

TEST(CompilerTest, AnExplicitInstructionReplacesTheOneOfTheEvent) {
  const auto s = compiled_complete("alice requests hangup within 0s..1s\n");
  ASSERT_EQ(s.script.instructions.size(), 1u);
  EXPECT_EQ(s.script.instructions[0].window.latest, kSecond);
}

TEST(CompilerTest, AReactionReplacesTheInstructionOfTheEvent) {
  const auto s = compiled_complete("alice on ringing requests hangup\n");
  EXPECT_TRUE(s.script.instructions.empty());
  ASSERT_EQ(s.script.reactions.size(), 1u);
  EXPECT_EQ(s.script.reactions[0].window.latest, 0);
}

TEST(CompilerTest, AnEventCanSayItsWindow) {
  const auto s = compiled_complete("event bye bob sends BYE within 500ms\n");
  ASSERT_EQ(s.script.instructions.size(), 2u);
  EXPECT_EQ(s.script.instructions[1].actor, "bob");
  EXPECT_EQ(s.script.instructions[1].window.latest, 500 * kMillisecond);
}

TEST(CompilerTest, WhatIsNobodysOwnActIsNoInstruction) {
  const auto s = compiled_call(
      "event bye bob gets BYE\n"
      "never dtls_alert(alice)\n");
  EXPECT_TRUE(s.script.instructions.empty());
}

TEST(CompilerTest, ReadsDurationsToTheNanosecond) {
  const auto s = compiled_complete(
      "alice after 1.5s closes pc\n"
      "bob sends BYE within 250us..2ms\n"
      "alice after 0.5m detaches\n");
  ASSERT_EQ(s.script.instructions.size(), 4u);
  EXPECT_EQ(s.script.instructions[1].window.earliest, 250'000);
  EXPECT_EQ(s.script.instructions[1].window.latest, 2 * kMillisecond);
  EXPECT_EQ(s.script.instructions[2].window.latest, 1'500 * kMillisecond);
  EXPECT_EQ(s.script.instructions[3].window.latest, 30 * kSecond);
}

TEST(CompilerTest, AttributesOfActsAreKeysAndValues) {
  const auto s = compiled_complete("bob on INVITE replies 486, phrase \"Busy Here\" after 1s\n");
  const std::map<std::string, std::string> expected = {{"phrase", "Busy Here"}};
  ASSERT_EQ(s.script.reactions.size(), 1u);
  EXPECT_EQ(s.script.reactions[0].attributes, expected);
}

TEST(CompilerTest, AWordCanBeAVerbOfSeveralKindsOfActors) {
  const auto s = compiled_complete(
      "alice sends rtp after 1s\n"
      "bob sends INVITE after 2s\n"
      "alice on incomingcall ignores\n"
      "bob on 200 INVITE ignores\n");
  ASSERT_EQ(s.script.instructions.size(), 3u);
  EXPECT_EQ(s.script.instructions[1].object, "rtp");
  EXPECT_EQ(s.script.instructions[2].object, "INVITE");
  ASSERT_EQ(s.script.reactions.size(), 2u);
  EXPECT_EQ(s.script.reactions[1].trigger, "200 INVITE");
}

TEST(CompilerTest, AThreadCanBelongToOneAccount) {
  const auto s = compiled_complete("thread hers janus_sip_sofia_thread of alice\n");
  EXPECT_EQ(s.threads.back().account, "alice");
}

TEST(CompilerTest, DeclarationsMayStandInAnyOrderBelowTheHeader) {
  const auto s = compiled(
      "scenario upside_down\n"
      "settles within 1s\n"
      "order hangup < gone\n"
      "alice after 1s closes pc\n"
      "event hangup alice requests hangup\n"
      "event gone relay exits\n"
      "finally exited(relay).count == 1\n"
      "thread relay janus_sip_relay_thread\n"
      "actor alice browser\n");
  EXPECT_EQ(s.orders.size(), 1u);
}

TEST(CompilerTest, KeepsTheReasonOfALawLeftOut) {
  const auto s = compiled_complete("without QUIESCENT because \"the call goes on\"\n");
  ASSERT_EQ(s.without.size(), 1u);
  EXPECT_EQ(s.without[0].law + ": " + s.without[0].reason, "QUIESCENT: the call goes on");
}

TEST(CompilerTest, KeepsTheLawsByWhichItIsJudged) {
  EXPECT_EQ(compiled_complete("judged by MEMORY, FREE\n").judged_by, (Strings{"MEMORY", "FREE"}));
}

TEST(CompilerTest, AProgramNeedsNeitherEventsNorAnEnd) {
  const auto s = compiled("scenario abba\nprogram abba.c with -DN=2 -DX fast 3\n");
  ASSERT_TRUE(s.program.has_value());
  EXPECT_EQ(s.program->c_file, "abba.c");
  EXPECT_EQ(s.program->defines, (Strings{"-DN=2", "-DX"}));
  EXPECT_EQ(s.program->args, (Strings{"fast", "3"}));
  EXPECT_EQ(s.settles, 0);
  ASSERT_EQ(s.orders.size(), 1u);
  EXPECT_TRUE(s.orders[0].events.empty());
}

TEST(LoadScenarioTest, AFileThatIsNotThereIsADiagnostic) {
  const CompileResult result = load_scenario("/nowhere/at/all.scn");
  EXPECT_FALSE(result.scenario);
  EXPECT_EQ(messages_of(result),
            "/nowhere/at/all.scn: error: cannot read the file: No such file or directory\n");
}

TEST(LoadScenarioTest, AFolderIsADiagnostic) {
  EXPECT_NE(messages_of(load_scenario("/")).find("Is a directory"), std::string::npos);
}

TEST(LoadScenarioTest, AProgramMustStandBesideItsScenario) {
  const testing_base::TemporaryFolder folder;
  std::ofstream(folder / "p.scn") << "scenario p\nprogram p.c with 1\n";
  const std::string path = folder / "p.scn";
  EXPECT_EQ(messages_of(load_scenario(path)),
            path +
                ":2:9: error: there is no file 'p.c' beside this one\n"
                "  program p.c with 1\n"
                "          ^~~\n");
  std::ofstream(folder / "p.c") << "int main(void) { return 0; }\n";
  EXPECT_TRUE(load_scenario(path).scenario.has_value());
}

TEST(SipStackTest, IsTheFakeUnlessTheScenarioSaysOtherwise) {
  EXPECT_EQ(client_keeps_pc().script.sip, fakes::SipStack::fake);
  EXPECT_EQ(compiled_complete("sip sofia\n").script.sip, fakes::SipStack::sofia);
  EXPECT_EQ(compiled_complete("sip fake\n").script.sip, fakes::SipStack::fake);
}

TEST(SipStackTest, MayLoseSoManyDatagrams) {
  const fakes::Script script = compiled_complete("sip sofia with 2 losses, 1 reorderings\n").script;
  EXPECT_EQ(script.disturbance.losses, 2u);
  EXPECT_EQ(script.disturbance.duplications, 0u);
  EXPECT_EQ(script.disturbance.reorderings, 1u);
}

}  // namespace
}  // namespace onhook
