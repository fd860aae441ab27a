// SPDX-License-Identifier: GPL-3.0-or-later
// What a SIP peer can be told to do in a call, and what becomes of its messages.
#include <set>

#include "fakes/counted.h"
#include "fakes/sip_peer/call_testing.h"

namespace onhook::fakes::testing {
namespace {

class PeerActs : public InManyOrders {};
INSTANTIATE_TEST_SUITE_P(Orders, PeerActs, kOrders);

TEST_P(PeerActs, ThePeerSendsMediaHoldsTheCallAndClosesItsPort) {
  ToyWorld world(seed());
  MediaEndpoint media(*world.env, "bob", world.bob->local_rtp(), 1);
  world.bob->use_media(media);
  world.bob->play({"bob", {}, "sends", "rtp", {}});  // to nobody
  world.env->run();
  world.call_bob();
  world.bob->play({"bob", {}, "sends", "rtp", {{"lost", "10"}}});
  world.env->run();
  ASSERT_EQ(world.env->datagrams().size(), 1u);
  EXPECT_EQ(world.env->datagrams()[0].to, (Address{0x7f000001, 9000}));

  world.env->send_datagram({0x7f000001, 9000}, world.bob->local_rtp(), RtpStream(2).next_rtp());
  world.bob->play({"bob", {}, "sends", "re-INVITE", {{"connection", "0.0.0.0"}}});
  world.env->run();
  world.env->send_datagram({0x7f000001, 9000}, world.bob->local_rtp(), RtpStream(2).next_rtp());
  EXPECT_EQ(world.env->count("bob", "hears", "rtp"), 2);
  EXPECT_EQ(world.env->count("bob", "hears", "while held"), 1);

  const Address rtp = world.bob->local_rtp();
  const Address rtcp{rtp.ip, static_cast<std::uint16_t>(rtp.port + 1)};
  world.bob->play({"bob", {}, "closes", "rtcp", {}});
  world.env->run();
  EXPECT_TRUE(world.env->take_refusal(rtcp));
  EXPECT_FALSE(world.env->take_refusal(rtp));
  world.bob->play({"bob", {}, "closes", "rtp", {}});
  world.env->run();
  EXPECT_TRUE(world.env->take_refusal(rtp));
}

TEST_P(PeerActs, ARefusalWith401AsksForCredentials) {
  ToyWorld world(seed(), false, {on("INVITE", "replies", "401")});
  world.call_bob();
  EXPECT_EQ(world.env->count("bob", "gets", "INVITE"), 2);
  EXPECT_EQ(world.bob->call_state(), SipPeer::CallState::idle);
}

TEST_P(PeerActs, WhoAnswersAChallengeWithThePasswordIsLetIn) {
  for (const char* status : {"401", "407"}) {
    ToyWorld world(seed(), false, {on("INVITE", "replies", status, {}, {{"password", "secret"}})});
    world.call_bob();
    EXPECT_EQ(world.env->count("bob", "gets", "INVITE"), 2);
    EXPECT_EQ(world.bob->call_state(), SipPeer::CallState::incall);
  }
  ToyWorld stranger(seed(), false, {on("INVITE", "replies", "407", {}, {{"password", "another"}})});
  stranger.call_bob();
  EXPECT_EQ(stranger.bob->call_state(), SipPeer::CallState::idle);
}

/// What is told of counts of references while it lives.
struct Counted {
  static inline int given_up;
  static inline std::set<const void*> shown;  ///< given up, and not freed yet
  static inline int freed;

  Counted() {
    given_up = freed = 0;
    shown.clear();
    g_on_reference_given_up = [](const void* message) {
      ++given_up;
      shown.insert(message);
    };
    g_on_last_reference = [](const void* message) {
      freed += static_cast<int>(shown.erase(message));
    };
  }
  ~Counted() {
    g_on_reference_given_up = nullptr;
    g_on_last_reference = nullptr;
  }
};

TEST_P(PeerActs, AMessageThatTheApplicationSawIsGivenUpThereBeforeItIsFreed) {
  const Counted counted;
  int seen = 0;
  {
    ToyWorld world(seed());
    world.alice->on_event = [&seen](const ToyEvent& event) { seen += event.sip != nullptr; };
    world.call_bob();
    EXPECT_GE(seen, 2);
    EXPECT_EQ(Counted::given_up, seen);
  }
  EXPECT_GE(Counted::freed, 2);
  EXPECT_TRUE(Counted::shown.empty());
}

TEST_P(PeerActs, AnSdpCanBeAnything) {
  ToyWorld world(seed(), false, {on("INVITE", "replies", "200", {}, {{"sdp", "rubbish"}})});
  std::string body;
  world.alice->on_event = [&body](const ToyEvent& event) {
    if (event.sip && event.sip->sip_payload) body = event.sip->sip_payload->pl_data;
  };
  world.call_bob();
  EXPECT_EQ(body, "rubbish");
}

TEST_P(PeerActs, APeerThatRingsAnswersUnasked) {
  ToyWorld world(seed(), false, {on("INVITE", "replies", "180")});
  world.call_bob();
  EXPECT_EQ(world.bob->call_state(), SipPeer::CallState::ringing);
  world.bob->play({"bob", {}, "replies", "200", {}});
  world.env->run();
  EXPECT_EQ(world.bob->call_state(), SipPeer::CallState::incall);
  EXPECT_EQ(world.env->count("bob", "gets", "ACK"), 1);
}

TEST_P(PeerActs, AnInviteCarriesTheCallIdOfAnother) {
  ToyWorld world(seed());
  std::string call_id;
  world.alice->on_event = [&call_id](const ToyEvent& event) {
    if (event.event == nua_i_invite) call_id = event.sip->sip_call_id->i_id;
  };
  world.bob->play(
      {"bob", {}, "sends", "INVITE", {{"to", "sip:alice@127.0.0.1"}, {"call_id", "shared"}}});
  world.env->run();
  EXPECT_EQ(call_id, "shared");
}

TEST_P(PeerActs, OneAccountCallsAnotherOfTheSameMachine) {
  ToyWorld world(seed());
  ToyApp carol(*world.env, "carol");
  world.run();
  world.alice->invite(world.alice->new_handle(), "<sip:carol@127.0.0.1>");
  world.run();
  EXPECT_NE(carol.incoming, nullptr);
}

TEST_P(PeerActs, AnInviteCarriesAHeaderOfItsOwn) {
  ToyWorld world(seed());
  std::string line;
  world.alice->on_event = [&line](const ToyEvent& event) {
    if (event.event == nua_i_invite && event.sip->sip_unknown)
      line = event.sip->sip_unknown->un_value;
  };
  world.bob->play(
      {"bob", {}, "sends", "INVITE", {{"to", "sip:alice@127.0.0.1"}, {"header", "X-Line: 3"}}});
  world.env->run();
  EXPECT_EQ(line, "3");
}

}  // namespace
}  // namespace onhook::fakes::testing
