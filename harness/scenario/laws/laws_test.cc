// SPDX-License-Identifier: GPL-3.0-or-later
// Each general law on traces written by hand: where it holds, and what it says where it does not.
#include "harness/scenario/laws/laws.h"

#include <gtest/gtest.h>

#include <set>

#include "harness/scenario/laws/testing.h"
#include "harness/scenario/names.h"

namespace onhook::laws {
namespace {

using testing::judged;
using testing::Tale;
using namespace testing;

TEST(LawsTest, ACallThatEndsAsItShouldObeysAll) {
  EXPECT_EQ(judged(Tale().whole_call(1).rest()), "");
  EXPECT_EQ(judged(Tale().whole_call(1).wait(5).whole_call(2).rest()), "");
}

TEST(LawsTest, EachIsAGeneralLawAndIsMadeOnce) {
  std::set<std::string_view> known;
  for (const names::GeneralLaw& law : names::general_laws()) known.insert(law.name);
  for (const LawKind& kind : kinds()) {
    EXPECT_EQ(known.erase(kind.name), 1u) << kind.name;
    EXPECT_NE(kind.make()->kinds(), 0u) << kind.name;
  }
}

TEST(LawsTest, AScenarioCanBeWithoutOne) {
  const Tale tale = Tale().hangup_told();
  EXPECT_NE(judged(tale), "");
  EXPECT_EQ(judged(tale, "without HANGUP-ONCE because \"a test\"\n"), "");
}

TEST(LawsTest, AProgramHasNone) {
  GeneralLaws laws(testing_support::compiled("scenario p\nprogram p.c\n"));
  EXPECT_TRUE(laws.judge(Tale().hangup_told().trace()).empty());
}

TEST(LawsTest, OneJudgeJudgesManyTracesEachAfresh) {
  GeneralLaws laws(testing_support::compiled_complete(""));
  const Tale bad = Tale().hangup_told();
  const Tale good = Tale().whole_call(1).rest();
  EXPECT_EQ(laws.judge(bad.trace()).size(), 1u);
  EXPECT_TRUE(laws.judge(good.trace()).empty());
  EXPECT_EQ(laws.judge(bad.trace()).size(), 1u);
}

// PC-CLOSE ---------------------------------------------------------------------------------------

TEST(PcCloseTest, AnAlertLongAfterTheEndIsTooLate) {
  const Tale tale = Tale().call_out(1).terminated(1).hangup_told().wait(29).loop(verb::kDtlsAlert);
  EXPECT_EQ(judged(tale),
            "PC-CLOSE @5: the call of handle 1 was terminated, but nobody asked for the end of "
            "alice's PeerConnection until the DTLS alert\n");
}

TEST(PcCloseTest, AnAlertAtTheSameInstantIsNot) {
  const Tale tale = Tale()
                        .call_out(1)
                        .terminated(1)
                        .hangup_told()
                        .loop(verb::kDtlsAlert)
                        .loop(verb::kHangupMedia, "DTLS alert")
                        .loop(verb::kPcCloses, "DTLS alert");
  EXPECT_EQ(judged(tale), "");
}

TEST(PcCloseTest, OneThatWasAskedForMayBeOvertaken) {
  const Tale tale = Tale()
                        .call_out(1)
                        .terminated(1)
                        .hangup_told()
                        .fact(kSofia, "alice", verb::kClosePc)
                        .wait(2)
                        .loop(verb::kDtlsAlert);
  EXPECT_EQ(judged(tale), "");
}

TEST(PcCloseTest, OneThatIsStillThereAtRestIsOpen) {
  const Tale begin = Tale().call_out(1).terminated(1).hangup_told();
  EXPECT_EQ(judged(Tale(begin).rest()),
            "PC-CLOSE @6: the call of handle 1 was terminated, but alice's PeerConnection is still "
            "open: nobody closes it\n");
  EXPECT_EQ(judged(Tale(begin).fact(kSofia, "alice", verb::kClosePc).rest()),
            "PC-CLOSE @7: the call of handle 1 was terminated, but alice's PeerConnection is still "
            "open: the close_pc had no effect\n");
}

TEST(PcCloseTest, TheEndOfAnotherCallAsksForNothing) {
  const Tale tale = Tale()
                        .call_out(1)
                        .delivers("nua_i_invite, status 100, handle 2")
                        .calls(kSofia, "nua_respond, handle 2, status 486")
                        .terminated(2)
                        .wait(29)
                        .loop(verb::kDtlsAlert);
  EXPECT_EQ(judged(tale), "");
}

TEST(PcCloseTest, BeforeTheRestNothingIsSaid) {
  EXPECT_EQ(judged(Tale().call_out(1).terminated(1).hangup_told().observed("alice", "pc open")),
            "");
}

// HANGUP-ONCE ------------------------------------------------------------------------------------

TEST(HangupOnceTest, AHangupNeedsACallThatWasShown) {
  EXPECT_EQ(judged(Tale().hangup_told()),
            "HANGUP-ONCE @0: alice is told a hangup, but was shown no call that is not hung up "
            "yet\n");
  EXPECT_EQ(judged(Tale().whole_call(1).hangup_told()),
            "HANGUP-ONCE @8: alice is told a hangup, but was shown no call that is not hung up "
            "yet\n");
}

TEST(HangupOnceTest, AHangupBehindTheNextCallIsTooLate) {
  const Tale tale = Tale().call_out(1).terminated(1).closes_pc().call_out(2).hangup_told();
  EXPECT_EQ(judged(tale),
            "HANGUP-ONCE @9: alice is told the hangup of a call after it was shown the next one\n");
}

TEST(HangupOnceTest, AtRestEachCallThatIsOverHasHadOne) {
  EXPECT_EQ(judged(Tale().call_in(1).terminated(1).closes_pc().rest()),
            "HANGUP-ONCE @7: alice was shown 1 calls, 0 of them still go on, and told 0 hangups\n");
  EXPECT_EQ(judged(Tale().call_in(1).rest()), "");
}

// QUIESCENT --------------------------------------------------------------------------------------

TEST(QuiescentTest, TheSessionSaysThatNothingIsLeft) {
  const Tale over = Tale().whole_call(1).rest();
  EXPECT_EQ(judged(Tale(over).observed("alice", "establishing 0").observed("kernel", "sockets 0")),
            "");
  EXPECT_EQ(
      judged(Tale(over).observed("alice", "call_status incall").observed("alice", "established 1")),
      "QUIESCENT @11: alice has no call, but its session says call_status incall, "
      "established 1\n");
  EXPECT_EQ(judged(Tale(over).observed("alice", "recorders none")), "");
  EXPECT_EQ(judged(Tale(over).observed("alice", "recorders set")),
            "QUIESCENT @10: alice has no call, but its session says recorders set\n");
  EXPECT_EQ(judged(Tale(over).observed("kernel", "sockets 2").observed("kernel", "pipes 1")),
            "QUIESCENT @11: nobody has a call, but left open are 2 sockets, 1 pipes\n");
}

TEST(QuiescentTest, ARelayThreadWithoutACallIsLeft) {
  const Tale begin = Tale().call_out(1).fact(kRelay, "", verb::kStarts);
  const auto end = [](Tale tale) {
    return tale.terminated(1).hangup_told().fact(kSofia, "alice", verb::kClosePc).closes_pc();
  };
  EXPECT_EQ(judged(end(begin).rest()),
            "QUIESCENT @10: the relay thread 'siprtp alice' still runs, but there is no call\n");
  EXPECT_EQ(judged(end(begin).fact(kRelay, "", verb::kExits).rest()), "");
}

TEST(QuiescentTest, ACallThatGoesOnIsNotOver) {
  EXPECT_EQ(judged(Tale().call_out(1).rest().observed("alice", "call_status incall")), "");
}

// CALLABLE ---------------------------------------------------------------------------------------

TEST(CallableTest, AnIdleSessionIsNotBusy) {
  const auto refused = [](Tale tale) {
    return tale.delivers("nua_i_invite, status 100, handle 2")
        .calls(kSofia, "nua_respond, handle 2, status 486");
  };
  EXPECT_EQ(judged(refused(Tale().whole_call(1).wait(4))),
            "CALLABLE @9: alice has no call, but refuses the call of handle 2 as busy\n");
  EXPECT_EQ(judged(refused(Tale().whole_call(1).wait(1))), "");
  EXPECT_EQ(judged(refused(Tale().call_out(1).wait(4))), "");
}

TEST(CallableTest, AnApplicationMaySayThatItIsBusy) {
  EXPECT_EQ(judged(Tale()
                       .delivers("nua_i_invite, status 100, handle 1")
                       .told(kSofia, "incomingcall, jsep offer")
                       .calls(kHandler, "nua_respond, handle 1, status 486")),
            "");
}

TEST(CallableTest, ACallOfItsOwnMayOvertakeAnInvite) {
  EXPECT_EQ(judged(Tale()
                       .delivers("nua_i_invite, status 100, handle 1")
                       .alice(verb::kRequests, "call")
                       .calls(kSofia, "nua_respond, handle 1, status 486")),
            "");
}

TEST(CallableTest, AnInviteMayOvertakeACallOfItsOwn) {
  EXPECT_EQ(judged(Tale()
                       .told(kSofia, "registered")
                       .alice(verb::kRequests, "call")
                       .delivers("nua_i_invite, status 100, handle 1")
                       .told(kHandler, "error, code 447")),
            "");
}

TEST(CallableTest, ACallOfItsOwnIsNotRefused) {
  const auto refused = [](Tale tale) {
    return tale.alice(verb::kRequests, "call").told(kHandler, "error, code 447");
  };
  const Tale registered = Tale().told(kSofia, "registered");
  EXPECT_EQ(judged(refused(Tale(registered).whole_call(1).wait(4))),
            "CALLABLE @10: alice has no call, but its 'call' is refused: wrong state\n");
  EXPECT_EQ(judged(refused(Tale(registered).call_out(1).wait(4))), "");
  EXPECT_EQ(judged(refused(Tale())), "");
}

// BYE --------------------------------------------------------------------------------------------

TEST(ByeTest, AnAcceptedHangupReachesThePeer) {
  const Tale asked = Tale().call_out(1).told(kHandler, "hangingup");
  EXPECT_EQ(judged(Tale(asked).rest()),
            "BYE @5: the call of handle 1 goes on for the peer: its application hung up, but the "
            "peer gets no BYE, CANCEL or refusal\n");
  EXPECT_EQ(judged(Tale(asked).nua(verb::kSends, "BYE").rest()), "");
  EXPECT_EQ(judged(Tale(asked).nua(verb::kSends, "CANCEL").rest()), "");
  EXPECT_EQ(judged(Tale(asked).nua(verb::kReplies, "480, INVITE").rest()), "");
}

TEST(ByeTest, ACancelThatIsAnsweredIsNotEnough) {
  const Tale tale = Tale()
                        .call_out(1)
                        .told(kHandler, "hangingup")
                        .nua(verb::kSends, "CANCEL")
                        .nua(verb::kGets, "200 INVITE");
  EXPECT_EQ(judged(Tale(tale).rest()),
            "BYE @7: the call of handle 1 goes on for the peer: its application hung up, but the "
            "peer answered in spite of the CANCEL and gets no BYE\n");
  EXPECT_EQ(judged(Tale(tale).nua(verb::kSends, "BYE").rest()), "");
}

TEST(ByeTest, AnAnswerToACancelledCallIsSeenAsItIsDelivered) {
  const Tale tale = Tale().call_out(1).told(kHandler, "hangingup").nua(verb::kSends, "CANCEL");
  const std::string_view answer = "nua_r_invite, status 200, handle 1, phrase OK";
  EXPECT_EQ(judged(Tale(tale).delivers(answer).rest()),
            "BYE @7: the call of handle 1 goes on for the peer: its application hung up, but the "
            "peer answered in spite of the CANCEL and gets no BYE\n");
  EXPECT_EQ(judged(Tale(tale).delivers("nua_r_invite, status 487, handle 1").rest()), "");
  EXPECT_EQ(judged(Tale(tale).delivers(answer).nua(verb::kSends, "BYE").rest()), "");
  EXPECT_EQ(judged(Tale(tale).nua(verb::kSends, "BYE").delivers(answer).rest()), "")
      << "the stack has sent BYE before the application hears of the answer";
}

TEST(ByeTest, ALostPeerConnectionEndsItsCall) {
  const Tale lost =
      Tale().call_in(1).loop(verb::kHangupMedia, "DTLS alert").loop(verb::kPcCloses, "DTLS alert");
  EXPECT_EQ(judged(Tale(lost).rest()),
            "BYE @6: the call of handle 1 goes on for the peer: its PeerConnection is lost, but "
            "the peer gets no BYE, CANCEL or refusal\n");
  EXPECT_EQ(judged(Tale(lost).terminated(1).hangup_told().rest()), "");
}

// RIGHT-CALL -------------------------------------------------------------------------------------

TEST(RightCallTest, ACleanupThatCameLateDoesNotEndTheNextCall) {
  const Tale tale = Tale()
                        .call_in(1)
                        .terminated(1)
                        .hangup_told()
                        .fact(kSofia, "alice", verb::kClosePc)
                        .delivers("nua_i_invite, status 100, handle 2")
                        .told(kSofia, "incomingcall, jsep offer")
                        .loop(verb::kHangupMedia, "Close PC")
                        .calls(kLoop, "nua_respond, handle 2, status 480");
  EXPECT_EQ(judged(tale),
            "RIGHT-CALL @9: the hangup_media of the call of handle 1 ends the next: it calls "
            "nua_respond for handle 2\n");
}

TEST(RightCallTest, ACleanupEndsItsOwnCall) {
  const Tale tale =
      Tale().call_in(1).loop(verb::kHangupMedia, "DTLS alert").calls(kLoop, "nua_bye, handle 1");
  EXPECT_EQ(judged(tale), "");
}

TEST(RightCallTest, TheEndOfACallDoesNotEndTheNext) {
  const Tale tale = Tale().call_out(1).terminated(1).hangup_told().closes_pc().delivers(
      "nua_i_state, callstate terminated, status 200, handle 1");
  EXPECT_EQ(judged(Tale(tale).call_out(2).calls(kSofia, "nua_bye, handle 2")),
            "RIGHT-CALL @11: the end of the call of handle 1 ends the next: it calls nua_bye for "
            "handle 2\n");
  EXPECT_EQ(judged(Tale(tale).call_out(2).calls(kHandler, "nua_bye, handle 2")), "");
}

TEST(RightCallTest, ARelayThreadLeavesTheNextCallsMediaAlone) {
  const Tale tale =
      Tale().call_out(1).fact(kRelay, "", verb::kStarts).terminated(1).hangup_told().closes_pc();
  EXPECT_EQ(judged(Tale(tale).call_out(2).fact(kRelay, "", verb::kSets, "media.has_audio 1 -> 0")),
            "RIGHT-CALL @11: the relay thread of the call of handle 1 takes the media of the next "
            "away: media.has_audio 1 -> 0\n");
  EXPECT_EQ(judged(Tale(tale).fact(kRelay, "", verb::kSets, "media.has_audio 1 -> 0")), "");
  const Tale refused = Tale(tale)
                           .delivers("nua_i_invite, status 100, handle 2")
                           .calls(kSofia, "nua_respond, handle 2, status 486")
                           .told(kSofia, "missed_call");
  EXPECT_EQ(judged(Tale(refused).fact(kRelay, "", verb::kSets, "media.has_audio 1 -> 0")), "");
}

// DANGLING ---------------------------------------------------------------------------------------

TEST(DanglingTest, WhatNuaHasFreedIsLeftAlone) {
  const Tale tale = Tale().calls(kSofia, "nua_handle_destroy, handle 1, destroyed");
  EXPECT_EQ(judged(tale), "");
  EXPECT_EQ(judged(Tale(tale).calls(kSofia, "nua_handle_destroy, handle 1, dangling")),
            "DANGLING @1: sip alice calls nua_handle_destroy on what nua_destroy() has freed\n");
  EXPECT_EQ(judged(Tale(tale).calls(kHandler, "nua_handle, dangling")),
            "DANGLING @1: sip handler calls nua_handle on what nua_destroy() has freed\n");
}

// ONE-RELAY --------------------------------------------------------------------------------------

TEST(OneRelayTest, TheSecondIsOneTooMany) {
  const Tale first = Tale().fact(kRelay, "", verb::kStarts);
  EXPECT_EQ(judged(Tale(first).fact(kRelay2, "", verb::kStarts)),
            "ONE-RELAY @1: 2 relay threads 'siprtp alice' run at once\n");
  EXPECT_EQ(judged(Tale(first).fact(kRelay, "", verb::kExits).fact(kRelay2, "", verb::kStarts)),
            "");
}

TEST(OneRelayTest, AHelperMayHaveItsOwn) {
  const Tale helped = Tale().alice(verb::kRequests, "register, master_id 1, type helper");
  EXPECT_EQ(judged(Tale(helped).fact(kRelay, "", verb::kStarts).fact(kRelay2, "", verb::kStarts)),
            "");
}

// REPLY ------------------------------------------------------------------------------------------

TEST(ReplyTest, ARequestIsAnsweredOnce) {
  const Tale asked = Tale().alice(verb::kAwaits, "hold 3");
  EXPECT_EQ(judged(Tale(asked).rest()), "REPLY @2: alice's request hold 3 is never answered\n");
  EXPECT_EQ(judged(Tale(asked).fact(kHandler, "alice", verb::kAnswered, "hold 3").rest()), "");
  EXPECT_EQ(judged(Tale(asked)
                       .fact(kHandler, "alice", verb::kAnswered, "hold 3")
                       .fact(kHandler, "alice", verb::kAnswered, "hold 3")),
            "REPLY @2: alice's request hold 3 is answered twice\n");
}

TEST(ReplyTest, EventsOfOtherThreadsOnlyCarryATransaction) {
  EXPECT_EQ(judged(Tale()
                       .alice(verb::kAwaits, "call 2")
                       .fact(kHandler, "alice", verb::kAnswered, "call 2")
                       .fact(kSofia, "alice", verb::kAnswered, "call 2")
                       .rest()),
            "");
}

TEST(ReplyTest, WhoIsGoneIsNotAnswered) {
  EXPECT_EQ(judged(Tale().alice(verb::kAwaits, "hold 3").alice(verb::kDetaches).rest()), "");
}

}  // namespace
}  // namespace onhook::laws
