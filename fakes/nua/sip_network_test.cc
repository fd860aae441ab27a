// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/sip_network.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fakes/nua/sip_text.h"
#include "fakes/testing/baton_env.h"

namespace onhook::fakes {
namespace {

using testing::BatonEnv;
using testing::Unmodelled;

constexpr Address kAlice{0x7f000001, 5080};
constexpr Address kBob{0x7f000001, 5070};

std::string info(int cseq) {
  RequestParts parts;
  parts.method = "INFO";
  parts.uri = "sip:bob@127.0.0.1:5070";
  parts.via = fmt::format("127.0.0.1:5080;branch=z9hG4bK{}", cseq);
  parts.from = "<sip:alice@127.0.0.1>;tag=a";
  parts.to = "<sip:bob@127.0.0.1>;tag=b";
  parts.call_id = "one";
  parts.cseq = static_cast<std::uint32_t>(cseq);
  return compose_request(parts);
}

struct Inbox : SipEndpoint {
  void on_sip(Address, const SipMessagePtr& message) override {
    numbers.push_back(message->cseq());
  }
  std::string_view sip_name() const override { return "bob"; }
  Arrival arrival() const override { return Arrival::is_a_step; }
  std::vector<std::uint32_t> numbers;
};

TEST(SipNetwork, KeepsTheOrderOfALinkWhateverTheLatencies) {
  for (std::uint64_t seed = 1; seed < 50; ++seed) {
    BatonEnv env(seed);
    SipNetwork network(env);
    Inbox bob;
    network.attach(kBob, bob);
    network.set_latency(kBob, Window::within(0, kSecond));
    for (int i = 1; i <= 5; ++i) network.send(kAlice, kBob, info(i));
    env.run();
    EXPECT_EQ(bob.numbers, (std::vector<std::uint32_t>{1, 2, 3, 4, 5}));
    EXPECT_LE(env.now(), kSecond);
  }
}

TEST(SipNetwork, AnnouncesWhatArrives) {
  BatonEnv env(1);
  SipNetwork network(env);
  Inbox bob;
  network.attach(kBob, bob);
  network.send(kAlice, kBob, info(1));
  env.run();
  EXPECT_EQ(env.count("bob", "gets", "INFO"), 1);
}

TEST(SipNetwork, LosesWhatNobodyListensFor) {
  BatonEnv env(1);
  SipNetwork network(env);
  network.send(kAlice, kBob, info(1));
  env.run();
  EXPECT_TRUE(env.seen().empty());
}

TEST(SipNetwork, RefusesWhatIsNoSip) {
  BatonEnv env(1);
  SipNetwork network(env);
  EXPECT_THROW(network.send(kAlice, kBob, "hello\r\n\r\n"), Unmodelled);
}

TEST(SipNetwork, ResolvesNumbersAndKnownNames) {
  BatonEnv env(1);
  SipNetwork network(env);
  network.add_host("example.com", kBob);
  EXPECT_EQ(network.resolve("127.0.0.1", 0), (Address{0x7f000001, 5060}));
  EXPECT_EQ(network.resolve("example.com", 0), kBob);
  EXPECT_EQ(network.resolve("example.com", 5062), (Address{0x7f000001, 5062}));
  EXPECT_EQ(network.resolve("nowhere.invalid", 0), std::nullopt);
}

TEST(SipText, AResponseTakesItsAddressingFromTheRequest) {
  const auto request = SipMessage::parse(info(7));
  ASSERT_NE(request, nullptr);
  ResponseParts parts;
  parts.status = 486;
  const auto response = SipMessage::parse(compose_response(*request, parts));
  ASSERT_NE(response, nullptr);
  EXPECT_EQ(response->label(), "486 INFO");
  EXPECT_EQ(response->phrase(), "Busy Here");
  EXPECT_EQ(response->branch(), request->branch());
  EXPECT_EQ(response->from_tag(), "a");
  EXPECT_EQ(response->to_tag(), "b");
  EXPECT_EQ(response->call_id(), "one");
}

TEST(SipText, WritesCompactNamesOfHeadersOut) {
  EXPECT_EQ(with_full_names("OPTIONS sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP b\r\nCSeq: 1 OPTIONS\r\n"
                            "i:1\r\nl: 3\r\n\r\nv=0"),
            "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP b\r\nCSeq: 1 OPTIONS\r\n"
            "Call-ID:1\r\nContent-Length: 3\r\n\r\nv=0");
}

TEST(SipText, FindsTheFirstStreamOfAnSdp) {
  EXPECT_EQ(rtp_address("v=0\r\nc=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/AVP 0\r\n"),
            (Address{0x0a000001, 4000}));
  EXPECT_EQ(rtp_address("c=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 10.0.0.2\r\n"
                        "m=video 5000 RTP/AVP 96\r\nc=IN IP4 10.0.0.3\r\n"),
            (Address{0x0a000002, 4000}));
  EXPECT_EQ(rtp_address("c=IN IP4 10.0.0.1\r\nm=audio 0 RTP/AVP 0\r\n"), std::nullopt);
  EXPECT_EQ(rtp_address(""), std::nullopt);
}

}  // namespace
}  // namespace onhook::fakes
