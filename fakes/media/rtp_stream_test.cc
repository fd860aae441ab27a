// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/media/rtp_stream.h"

#include <gtest/gtest.h>

#include "fakes/media/media_endpoint.h"
#include "fakes/media/protected_stream.h"
#include "fakes/media/srtp_tag.h"
#include "fakes/testing/baton_env.h"

namespace onhook::fakes {
namespace {

RtpHeader next_header(RtpStream& stream) {
  RtpHeader header;
  EXPECT_TRUE(parse_rtp(stream.next_rtp(), header));
  return header;
}

TEST(RtpStream, CountsPacketsAndMediaTime) {
  RtpStream stream(0xfeedbeef);
  RtpHeader first, second;
  const Bytes packet = stream.next_rtp();
  EXPECT_EQ(packet.size(), 12u + 160u);
  ASSERT_TRUE(parse_rtp(packet, first));
  ASSERT_TRUE(parse_rtp(stream.next_rtp(), second));
  EXPECT_EQ(first.ssrc, 0xfeedbeefu);
  EXPECT_TRUE(first.marker);
  EXPECT_FALSE(second.marker);
  EXPECT_EQ(static_cast<std::uint16_t>(second.sequence - first.sequence), 1);
  EXPECT_EQ(second.timestamp - first.timestamp, 160u);
}

TEST(RtpStream, APauseMovesTimeAndNotTheSequence) {
  RtpStream stream(7);
  const RtpHeader before = next_header(stream);
  stream.pause(1000);
  const RtpHeader after = next_header(stream);
  EXPECT_EQ(static_cast<std::uint16_t>(after.sequence - before.sequence), 1);
  EXPECT_EQ(after.timestamp - before.timestamp, 8000u + 160u);
}

TEST(RtpStream, PacketsThatAreLostCount) {
  RtpStream stream(7);
  const RtpHeader before = next_header(stream);
  stream.skip(36000);
  const RtpHeader after = next_header(stream);
  EXPECT_EQ(static_cast<std::uint16_t>(after.sequence - before.sequence), 36001);
  EXPECT_EQ(after.timestamp - before.timestamp, 36001u * 160u);
}

TEST(ProtectedStream, RefusesWhatLooksOlderThanItsWindow) {
  RtpStream sent(7);
  const Bytes first = sent.next_rtp();
  sent.skip(126);
  const Bytes later = sent.next_rtp();
  const Bytes latest = sent.next_rtp();
  ProtectedStream stream;
  EXPECT_TRUE(stream.protect(first));
  EXPECT_TRUE(stream.protect(later));
  EXPECT_TRUE(stream.protect(first));  // 127 behind
  EXPECT_TRUE(stream.protect(latest));
  EXPECT_FALSE(stream.protect(first));
}

TEST(ProtectedStream, TakesHalfARoundForwardForAStepBack) {
  for (const auto& [lost, passes] : {std::pair(32766u, true), std::pair(32767u, false)}) {
    RtpStream sent(7);
    ProtectedStream stream;
    EXPECT_TRUE(stream.protect(sent.next_rtp()));
    sent.skip(lost);
    EXPECT_EQ(stream.protect(sent.next_rtp()), passes) << lost;
  }
}

TEST(RtpStream, ReportsWhatItSent) {
  RtpStream stream(1);
  stream.next_rtp();
  stream.next_rtp();
  const Bytes report = stream.sender_report(90 * kSecond + kSecond / 2);
  ASSERT_EQ(report.size(), 28u);
  EXPECT_TRUE(is_rtcp(report));
  EXPECT_EQ(report[11], 90);
  EXPECT_EQ(report[12], 0x80);  // half a second
  EXPECT_EQ(report[23], 2);     // packets
  EXPECT_EQ(report[26], 320 >> 8);
}

TEST(RtpStream, TellsRtpFromTheRest) {
  RtpHeader header;
  EXPECT_FALSE(parse_rtp({}, header));
  EXPECT_FALSE(parse_rtp(RtpStream(1).sender_report(0), header));
  EXPECT_FALSE(parse_rtp(Bytes(40, 0), header));
  EXPECT_FALSE(is_rtcp(RtpStream(1).next_rtp()));
}

TEST(MediaEndpoint, SendsToTheRtpPortAndTheOneAbove) {
  testing::BatonEnv env(1);
  MediaEndpoint bob(env, "bob", {1, 6000}, 1);
  MediaEndpoint carol(env, "carol", {2, 7000}, 2);
  bob.send_rtp({2, 7000});
  bob.send_rtcp({2, 7000});
  EXPECT_EQ(carol.rtp_received(), 1u);
  EXPECT_EQ(carol.rtcp_received(), 1u);
  EXPECT_EQ(carol.last_rtp().ssrc, 1u);
  EXPECT_EQ(env.datagrams()[0].from, (Address{1, 6000}));
  EXPECT_EQ(env.datagrams()[1].to, (Address{2, 7001}));
}

TEST(MediaEndpoint, CountsWhatItCannotRead) {
  testing::BatonEnv env(1);
  MediaEndpoint bob(env, "bob", {1, 6000}, 1);
  env.send_datagram({2, 1}, {1, 6000}, {1, 2, 3});
  env.send_datagram({2, 1}, {1, 6001}, RtpStream(3).next_rtp());
  EXPECT_EQ(bob.garbage_received(), 2u);
  EXPECT_EQ(bob.rtp_received() + bob.rtcp_received(), 0u);
}

TEST(MediaEndpoint, UnderstandsSrtpOrPlainRtpButNotBoth) {
  testing::BatonEnv env(1);
  MediaEndpoint bob(env, "bob", {1, 6000}, 1);
  Bytes secret = RtpStream(3).next_rtp();
  secret.insert(secret.end(), kSrtpTag.begin(), kSrtpTag.end());
  env.send_datagram({2, 1}, {1, 6000}, secret);
  EXPECT_EQ(bob.rtp_received(), 0u);
  bob.expect_srtp(true);
  env.send_datagram({2, 1}, {1, 6000}, secret);
  env.send_datagram({2, 1}, {1, 6000}, RtpStream(3).next_rtp());
  EXPECT_EQ(bob.rtp_received(), 1u);
  EXPECT_EQ(bob.garbage_received(), 2u);
}

}  // namespace
}  // namespace onhook::fakes
