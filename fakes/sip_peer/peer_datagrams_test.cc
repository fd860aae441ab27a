// SPDX-License-Identifier: GPL-3.0-or-later
// What a SIP peer sends as it stands.
#include <gtest/gtest.h>

#include "fakes/sip_peer/sip_peer.h"
#include "fakes/testing/baton_env.h"

namespace onhook::fakes {
namespace {

using testing::BatonEnv;

constexpr Address kAlice{0x7f000001, 5080};
constexpr Address kBob{0x7f000001, 5070};

struct OnSockets {
  OnSockets(std::initializer_list<Datagram> datagrams)
      : peer(env, network,
             {.name = "bob",
              .sip = kBob,
              .rtp = {0x7f000001, 40000},
              .password = "",
              .datagrams = datagrams}) {
    network.open_to_sockets();
    network.add_user("alice", kAlice);
  }

  void sends(const std::string& what, std::map<std::string, std::string> attributes = {}) {
    peer.play({"bob", {}, "sends", what, std::move(attributes)});
    env.run();
  }
  /// What alice's socket got last.
  std::string latest() const {
    const Bytes& bytes = env.datagrams().back().payload;
    return {bytes.begin(), bytes.end()};
  }
  /// Alice takes the call that the latest datagram asks for.
  void alice_answers() {
    const auto invite = SipMessage::parse(latest());
    ASSERT_NE(invite, nullptr);
    peer.on_sip(kAlice, SipMessage::parse(
                            compose_response(*invite, {.status = 200,
                                                       .phrase = {},
                                                       .to_tag = "of-alice",
                                                       .contact = "<sip:alice@127.0.0.1:5080>",
                                                       .extra = {},
                                                       .content_type = {},
                                                       .body = {}})));
    env.run();
  }
  void alice_sends(std::string_view method, std::string to) {
    RequestParts parts;
    parts.method = method;
    parts.uri = "sip:bob@127.0.0.1:5070";
    parts.via = "127.0.0.1:5080;branch=z9hG4bKa";
    parts.from = "<sip:alice@127.0.0.1>;tag=of-alice";
    parts.to = std::move(to);
    parts.call_id = "hers";
    parts.cseq = 7;
    peer.on_sip(kAlice, SipMessage::parse(compose_request(parts)));
    env.run();
  }

  BatonEnv env{1};
  SipNetwork network{env};
  SipPeer peer;
};

TEST(PeerDatagrams, WhatIsNoPartStaysAsItStands) {
  OnSockets at{{"noise", "{} {nothing} {uri\r\n"}, {"nothing", ""}};
  at.sends("noise", {{"to", "sip:alice@127.0.0.1"}});
  EXPECT_EQ(at.latest(), "{} {nothing} {uri\r\n");
  at.sends("nothing", {{"to", "sip:alice@127.0.0.1"}});
  EXPECT_EQ(at.latest(), "");
  EXPECT_EQ(at.env.datagrams().back().to, kAlice);
}

TEST(PeerDatagrams, WithoutACallAndWithoutAToNothingIsSent) {
  OnSockets at{{"bye", "BYE {uri} SIP/2.0\r\n"}};
  at.sends("bye");
  EXPECT_TRUE(at.env.datagrams().empty());
}

TEST(PeerDatagrams, AFirstRequestIsFilledIn) {
  OnSockets at{{"odd", "{uri}|{via}|{from}|{to}|{cseq}|{cseq}|{contact}\r\n"}};
  at.sends("odd", {{"to", "sip:alice@127.0.0.1"}});
  const std::string sent = at.latest();
  EXPECT_TRUE(
      sent.starts_with("sip:alice@127.0.0.1:5080|SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-bob-1|"))
      << sent;
  EXPECT_TRUE(sent.ends_with("|<sip:alice@127.0.0.1>|1|1|<sip:bob@127.0.0.1:5070>\r\n")) << sent;
}

TEST(PeerDatagrams, AnInviteThatCanBeReadIsACallAndItsAnswerGetsAnAck) {
  OnSockets at{{"invite",
                "INVITE {uri} SIP/2.0\r\nVia: {via}\r\nFrom: {from}\r\nTo: {to}\r\n"
                "Call-ID: {call_id}\r\nCSeq: {cseq} INVITE\r\nContact: {contact}\r\n\r\n"},
               {"bye", "BYE {uri} SIP/2.0\r\nTo: {to}\r\nCSeq: {cseq}\r\n"}};
  at.sends("invite", {{"to", "sip:alice@127.0.0.1"}});
  at.alice_answers();
  EXPECT_TRUE(at.latest().starts_with("ACK ")) << at.latest();
  EXPECT_EQ(at.peer.call_state(), SipPeer::CallState::incall);
  at.sends("bye");
  EXPECT_EQ(at.latest(),
            "BYE sip:alice@127.0.0.1:5080 SIP/2.0\r\n"
            "To: <sip:alice@127.0.0.1>;tag=of-alice\r\nCSeq: 2\r\n");
}

TEST(PeerDatagrams, AReplyStandsInTheDefaultsPlaceWithThePartsOfItsRequest) {
  OnSockets at(
      {{"odd_ok", "SIP/2.0 200 Fine\r\nTo: {to}\r\nFrom: {from}\r\nX: {cseq} {call_id}\r\n"}});
  at.peer.set_reactions({{"bob", "MESSAGE", {}, "sends", "odd_ok", {}}});
  at.alice_sends("MESSAGE", "<sip:bob@127.0.0.1>;tag=of-bob");
  ASSERT_EQ(at.env.datagrams().size(), 1u);
  EXPECT_EQ(at.latest(),
            "SIP/2.0 200 Fine\r\nTo: <sip:bob@127.0.0.1>;tag=of-bob\r\n"
            "From: <sip:alice@127.0.0.1>;tag=of-alice\r\nX: 7 hers\r\n");
}

}  // namespace
}  // namespace onhook::fakes
