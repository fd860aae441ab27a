// SPDX-License-Identifier: GPL-3.0-or-later
// Calls, as an application of nua sees them: the exact events in the order of libsofia-sip-ua
// 1.12.11, under many thread orders. What the peer does in them besides: peer_acts_test.cc.
#include "fakes/sip_peer/call_testing.h"

namespace onhook::fakes::testing {
namespace {

using Events = std::vector<std::string>;

const Events kAnswered = {"i_state 0 calling", "r_invite 180",           "i_state 180 proceeding",
                          "r_invite 200",      "i_state 200 completing", "i_state 200 ready",
                          "i_active 200"};

Events after(Events first, const Events& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

class Call : public InManyOrders {};
INSTANTIATE_TEST_SUITE_P(Orders, Call, kOrders);

TEST_P(Call, OutAndAnswered) {
  ToyWorld world(seed());
  world.call_bob();
  EXPECT_EQ(world.alice->events, kAnswered);
  EXPECT_EQ(world.bob->call_state(), SipPeer::CallState::incall);
  EXPECT_EQ(world.bob->remote_rtp(), (Address{0x7f000001, 9000}));
  EXPECT_EQ(world.nua->calls(), 1u);
  EXPECT_EQ(world.nua->handles(), 1u);
}

TEST_P(Call, OutAndRefused) {
  ToyWorld world(seed(), false, {on("INVITE", "replies", "486")});
  nua_handle_t* call = world.call_bob();
  EXPECT_EQ(world.alice->events, (Events{"i_state 0 calling", "r_invite 486",
                                         "i_state 486 terminated", "i_terminated 486"}));
  EXPECT_EQ(world.nua->calls(), 0u);
  nua_bye(call, TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events.back(), "r_bye 900");
}

TEST_P(Call, HangupBeforeAProvisionalAnswerHoldsTheCancelBack) {
  ToyWorld world(seed(), false, {on("INVITE", "replies", "180", Window::exactly(3 * kSecond))});
  nua_handle_t* call = world.call_bob();
  nua_bye(call, TAG_END());
  world.run(2 * kSecond);
  EXPECT_EQ(world.env->count("bob", "gets", "CANCEL"), 0);
  EXPECT_EQ(world.alice->events, (Events{"i_state 0 calling"}));
  world.run(2 * kSecond);
  EXPECT_EQ(world.env->count("bob", "gets", "CANCEL"), 1);
  EXPECT_EQ(world.alice->events,
            (Events{"i_state 0 calling", "r_invite 180", "i_state 180 proceeding", "r_bye 200",
                    "r_invite 487", "i_state 487 terminated", "i_terminated 487"}));
  EXPECT_EQ(world.bob->open_calls(), 0u);
}

TEST_P(Call, HangupBeforeAProvisionalAnswerAnd200AtOnceLeavesTheCallUp) {
  // The application's problem: nua reports the answer and does not end the call for it.
  ToyWorld world(seed(), false, {on("INVITE", "replies", "200", Window::exactly(kSecond))});
  nua_handle_t* call = world.call_bob();
  bool had_message = false;
  world.alice->on_event = [&](const ToyEvent& event) {
    if (event.event == nua_r_bye) had_message = event.sip != nullptr;
  };
  nua_bye(call, TAG_END());
  world.run(2 * kSecond);
  EXPECT_TRUE(had_message);
  EXPECT_EQ(world.alice->events,
            (Events{"i_state 0 calling", "r_bye 481", "r_invite 200", "i_state 200 completing",
                    "i_state 200 ready", "i_active 200"}));
  EXPECT_EQ(world.env->count("bob", "gets", "BYE"), 0);
  EXPECT_EQ(world.bob->call_state(), SipPeer::CallState::incall);
}

TEST_P(Call, HangupWhileRinging) {
  ToyWorld world(seed(), false, {on("INVITE", "replies", "180")});
  nua_handle_t* call = world.call_bob();
  nua_bye(call, TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events,
            (Events{"i_state 0 calling", "r_invite 180", "i_state 180 proceeding", "r_bye 200",
                    "r_invite 487", "i_state 487 terminated", "i_terminated 487"}));
}

TEST_P(Call, SecondHangupWhileTheCancelIsOut) {
  ToyWorld world(seed(), false, {on("INVITE", "replies", "180"), on("CANCEL", "ignores", "")});
  nua_handle_t* call = world.call_bob();
  nua_bye(call, TAG_END());
  nua_bye(call, TAG_END());
  world.run();
  EXPECT_EQ(world.env->count("bob", "gets", "CANCEL"), 1);
  EXPECT_EQ(world.alice->events.back(), "r_bye 900");
}

TEST_P(Call, HangupWithRfc2543CancelEndsTheCallAtOnce) {
  ToyWorld world(seed(), true, {on("INVITE", "ignores", "")});
  nua_handle_t* call = world.call_bob();
  nua_bye(call, TAG_END());
  world.run();
  EXPECT_EQ(world.env->count("bob", "gets", "CANCEL"), 1);
  EXPECT_EQ(world.alice->events,
            (Events{"i_state 0 calling", "r_invite 487", "i_state 487 terminated",
                    "i_terminated 487", "r_bye 200"}));
}

TEST_P(Call, LateAnswerAfterTheCancelIsReported) {
  ToyWorld world(
      seed(), false,
      {on("INVITE", "replies", "180"), on("CANCEL", "replies", "200", {}, {{"to", "INVITE"}})});
  nua_handle_t* call = world.call_bob();
  nua_bye(call, TAG_END());
  world.run();
  EXPECT_EQ(
      world.alice->events,
      (Events{"i_state 0 calling", "r_invite 180", "i_state 180 proceeding", "r_bye 200",
              "r_invite 200", "i_state 200 completing", "i_state 200 ready", "i_active 200"}));
}

TEST_P(Call, LateAnswerAfterAnRfc2543CancelIsEndedByTheStack) {
  ToyWorld world(
      seed(), true,
      {on("INVITE", "replies", "180"), on("CANCEL", "replies", "200", {}, {{"to", "INVITE"}})});
  nua_handle_t* call = world.call_bob();
  nua_bye(call, TAG_END());
  world.run();
  EXPECT_EQ(world.env->count("bob", "gets", "BYE"), 1);
  EXPECT_EQ(world.bob->open_calls(), 0u);
  EXPECT_EQ(world.alice->events.back(), "r_bye 200");
}

TEST_P(Call, HangupAnsweredAfterFiveSeconds) {
  ToyWorld world(seed(), false, {on("BYE", "replies", "200", Window::exactly(5 * kSecond))});
  nua_handle_t* call = world.call_bob();
  nua_bye(call, TAG_END());
  world.run(4 * kSecond);
  EXPECT_EQ(world.alice->events, kAnswered);
  world.run(2 * kSecond);
  EXPECT_EQ(world.alice->events,
            after(kAnswered, {"r_bye 200", "i_state 200 terminated", "i_terminated 200"}));
  EXPECT_EQ(world.nua->calls(), 0u);
}

TEST_P(Call, HangupThatNobodyAnswersEndsWith408) {
  ToyWorld world(seed(), false, {on("BYE", "ignores", "")});
  nua_handle_t* call = world.call_bob();
  bool had_message = false;
  world.alice->on_event = [&](const ToyEvent& event) {
    if (event.event == nua_r_bye) had_message = event.sip != nullptr;
  };
  nua_bye(call, TAG_END());
  world.run(31 * kSecond);
  EXPECT_EQ(world.alice->events, kAnswered);
  world.run(2 * kSecond);
  EXPECT_EQ(world.alice->events,
            after(kAnswered, {"r_bye 408", "i_state 408 terminated", "i_terminated 408"}));
  EXPECT_TRUE(had_message) << "sofia-sip makes a message up for its own 408";
}

TEST_P(Call, SilentPeerIs408) {
  ToyWorld world(seed(), false, {on("INVITE", "ignores", "")});
  world.call_bob();
  world.run(33 * kSecond);
  EXPECT_EQ(world.alice->events, (Events{"i_state 0 calling", "r_invite 408",
                                         "i_state 408 terminated", "i_terminated 408"}));
}

TEST_P(Call, PeerHangsUp) {
  ToyWorld world(seed());
  world.call_bob();
  world.bob_sends("BYE");
  world.run();
  EXPECT_EQ(world.alice->events,
            after(kAnswered, {"i_bye 200", "i_state 200 terminated", "i_terminated 200"}));
  EXPECT_EQ(world.bob->open_calls(), 0u);
}

TEST_P(Call, BothHangUpAndTheCallEndsOnce) {
  ToyWorld world(seed());
  nua_handle_t* call = world.call_bob();
  world.bob_sends("BYE");
  nua_bye(call, TAG_END());
  world.run();
  EXPECT_EQ(
      std::count(world.alice->events.begin(), world.alice->events.end(), "i_state 200 terminated") +
          std::count(world.alice->events.begin(), world.alice->events.end(),
                     "i_state 481 terminated"),
      1);
  EXPECT_EQ(world.bob->open_calls(), 0u);
  EXPECT_EQ(world.nua->calls(), 0u);
}

TEST_P(Call, InAndAccepted) {
  ToyWorld world(seed());
  world.bob->call("sip:alice@127.0.0.1");
  world.run();
  EXPECT_EQ(world.alice->events, (Events{"i_invite 100", "i_state 100 received"}));
  nua_respond(world.alice->incoming, SIP_180_RINGING, TAG_END());
  world.alice->accept(world.alice->incoming);
  world.run();
  EXPECT_EQ(world.alice->events,
            (Events{"i_invite 100", "i_state 100 received", "i_state 180 early",
                    "i_state 200 completed", "i_ack 200", "i_state 200 ready", "i_active 200"}));
  EXPECT_EQ(world.bob->call_state(), SipPeer::CallState::incall);
  EXPECT_EQ(world.bob->remote_rtp(), (Address{0x7f000001, 9000}));
  nua_bye(world.alice->incoming, TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events.back(), "i_terminated 200");
}

TEST_P(Call, InWithoutOfferIsOfferedAndAnsweredInTheAck) {
  ToyWorld world(seed());
  std::string ack_body;
  world.alice->on_event = [&](const ToyEvent& event) {
    if (event.event == nua_i_ack && event.sip->sip_payload)
      ack_body = event.sip->sip_payload->pl_data;
  };
  world.bob->call("sip:alice@127.0.0.1", SipPeer::Offer::without_sdp);
  world.run();
  world.alice->accept(world.alice->incoming);
  world.run();
  EXPECT_EQ(world.alice->events.back(), "i_active 200");
  EXPECT_NE(ack_body.find("m=audio 40000 RTP/AVP 0"), std::string::npos) << ack_body;
}

TEST_P(Call, InAndRefused) {
  ToyWorld world(seed());
  world.bob->call("sip:alice@127.0.0.1");
  world.run();
  nua_respond(world.alice->incoming, SIP_486_BUSY_HERE, TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events, (Events{"i_invite 100", "i_state 100 received",
                                         "i_state 486 terminated", "i_terminated 486"}));
  EXPECT_EQ(world.bob->open_calls(), 0u);
  EXPECT_EQ(world.env->count("bob", "sends", "ACK"), 1);
}

TEST_P(Call, InAndCancelledByThePeer) {
  ToyWorld world(seed());
  world.bob->call("sip:alice@127.0.0.1");
  world.run();
  world.bob_sends("CANCEL");
  world.run();
  EXPECT_EQ(world.alice->events, (Events{"i_invite 100", "i_state 100 received", "i_cancel 200",
                                         "i_state 487 terminated", "i_terminated 487"}));
  nua_respond(world.alice->incoming, SIP_480_TEMPORARILY_UNAVAILABLE, TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events.back(), "i_error 500");
}

TEST_P(Call, CancelAndAnswerCross) {
  ToyWorld world(seed());
  world.bob->call("sip:alice@127.0.0.1");
  world.run();
  world.bob_sends("CANCEL");
  world.alice->accept(world.alice->incoming);
  world.run();
  const Events cancelled = {"i_invite 100",           "i_state 100 received", "i_cancel 200",
                            "i_state 487 terminated", "i_terminated 487",     "i_error 500"};
  const Events answered = {"i_invite 100", "i_state 100 received", "i_state 200 completed",
                           "i_ack 200",    "i_state 200 ready",    "i_active 200"};
  EXPECT_TRUE(world.alice->events == cancelled || world.alice->events == answered)
      << ::testing::PrintToString(world.alice->events);
  const bool was_answered = world.alice->events == answered;
  EXPECT_EQ(world.bob->open_calls(), was_answered ? 1u : 0u);
  EXPECT_EQ(world.env->count("bob", "gets", was_answered ? "481 CANCEL" : "200 CANCEL"),
            world.env->count("bob", "sends", "CANCEL"));
}

TEST_P(Call, InAndHungUpUnanswered) {
  ToyWorld world(seed());
  world.bob->call("sip:alice@127.0.0.1");
  world.run();
  nua_bye(world.alice->incoming, TAG_END());
  world.run();
  const Events bye_first = {"i_invite 100", "i_state 100 received", "r_bye 200",
                            "i_state 200 terminated", "i_terminated 200"};
  Events ack_first = bye_first;
  ack_first.insert(ack_first.begin() + 2, {"i_ack 200", "i_state 200 ready"});
  EXPECT_TRUE(world.alice->events == bye_first || world.alice->events == ack_first)
      << ::testing::PrintToString(world.alice->events);
  EXPECT_EQ(world.env->count("bob", "gets", "486 INVITE"), 1);
  EXPECT_EQ(world.env->count("bob", "gets", "BYE"), 1);
}

// As sofia-sip's process_ack(), which does not ask what is acknowledged.
TEST_P(Call, TheAckOfARefusalByHangupIsTold) {
  ToyWorld world(seed(), false, {on("BYE", "replies", "200", Window::exactly(kSecond))});
  world.bob->call("sip:alice@127.0.0.1");
  world.run();
  nua_bye(world.alice->incoming, TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events,
            (Events{"i_invite 100", "i_state 100 received", "i_ack 200", "i_state 200 ready"}));
  world.run(2 * kSecond);
  EXPECT_EQ(world.alice->events,
            (Events{"i_invite 100", "i_state 100 received", "i_ack 200", "i_state 200 ready",
                    "r_bye 200", "i_state 200 terminated", "i_terminated 200"}));
}

TEST_P(Call, AnswerWithoutAckEndsWithAByeOfTheStack) {
  ToyWorld world(seed(), false, {on("200 INVITE", "ignores", "")});
  world.bob->call("sip:alice@127.0.0.1");
  world.run();
  world.alice->accept(world.alice->incoming);
  world.run(33 * kSecond);
  EXPECT_EQ(
      world.alice->events,
      (Events{"i_invite 100", "i_state 100 received", "i_state 200 completed", "i_error 408",
              "i_state 0 terminating", "r_bye 200", "i_state 200 terminated", "i_terminated 200"}));
}

TEST_P(Call, UnacknowledgedAnswerIsEndedByThePeer) {
  ToyWorld world(seed());
  world.alice->acks = false;
  world.call_bob();
  world.run(33 * kSecond);
  EXPECT_EQ(world.env->count("bob", "sends", "BYE"), 1);
  EXPECT_EQ(world.alice->events.back(), "i_terminated 200");
}

TEST_P(Call, ReinviteOfOurs) {
  ToyWorld world(seed());
  nua_handle_t* call = world.call_bob();
  world.alice->events.clear();
  world.alice->reinvite(call);
  world.run();
  EXPECT_EQ(world.alice->events,
            (Events{"i_state 0 calling", "r_invite 200", "i_state 200 completing",
                    "i_state 200 ready", "i_active 200"}));
}

TEST_P(Call, ReinviteOfOursRefusedLeavesTheCallReady) {
  ToyWorld world(seed(), false, {on("re-INVITE", "replies", "491")});
  nua_handle_t* call = world.call_bob();
  world.alice->events.clear();
  world.alice->reinvite(call);
  world.run();
  EXPECT_EQ(world.alice->events,
            (Events{"i_state 0 calling", "r_invite 491", "i_state 491 ready", "i_active 491"}));
  EXPECT_EQ(world.bob->call_state(), SipPeer::CallState::incall);
}

TEST_P(Call, ReinviteOfThePeerIsLeftToTheApplication) {
  ToyWorld world(seed());
  nua_handle_t* call = world.call_bob();
  world.alice->events.clear();
  world.bob_sends("re-INVITE");
  world.run();
  EXPECT_EQ(world.alice->events, (Events{"i_invite 100", "i_state 100 received"}));
  nua_respond(call, SIP_200_OK, TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events,
            (Events{"i_invite 100", "i_state 100 received", "i_state 200 completed", "i_ack 200",
                    "i_state 200 ready", "i_active 200"}));
}

TEST_P(Call, ReinvitesThatCrossAreRefused) {
  ToyWorld world(seed());
  nua_handle_t* call = world.call_bob();
  world.nua->network().set_latency({0x7f000001, 5070}, Window::exactly(kSecond));
  world.alice->reinvite(call);
  world.bob_sends("re-INVITE", kSecond / 2);
  world.run(3 * kSecond);
  EXPECT_EQ(world.env->count("bob", "gets", "491 INVITE"), 1);
  EXPECT_EQ(world.env->count("bob", "replies", "491, INVITE"), 1);
  EXPECT_EQ(world.bob->call_state(), SipPeer::CallState::incall);
}

TEST(Network, KnowsTheByeAndItsAnswerAhead) {
  ToyWorld world(1);
  nua_handle_t* call = world.call_bob();
  const auto parsed = world.nua->network().messages_parsed();
  nua_bye(call, TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events.back(), "i_terminated 200");
  EXPECT_EQ(world.nua->network().messages_parsed(), parsed);
}

TEST(Retransmission, RepeatsUntilAnsweredAndIsAnsweredOnce) {
  ToyWorld world(1, false, {on("BYE", "replies", "200", Window::exactly(5 * kSecond))}, "",
                 FakeNua::Retransmission::on_timer);
  nua_handle_t* call = world.call_bob();
  nua_bye(call, TAG_END());
  world.run(20 * kSecond);
  // At 0, 0.5, 1.5 and 3.5 s: RFC 3261 section 17.1.2.2.
  EXPECT_EQ(world.env->count("bob", "gets", "BYE"), 4);
  EXPECT_EQ(world.env->count("bob", "replies", "200, BYE"), 1);
  EXPECT_EQ(world.alice->events.back(), "i_terminated 200");
}

}  // namespace
}  // namespace onhook::fakes::testing
