// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/sip_peer/peer_sdp.h"

#include <gtest/gtest.h>

namespace onhook::fakes {
namespace {

const PeerSdp kBob{"bob", {0x7f000001, 40000}, 1, "sendrecv", ""};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(PeerSdp, AnswersWithTheFirstCodecItHas) {
  const auto answer =
      make_answer(kBob,
                  "v=0\r\nm=audio 9 RTP/AVP 111 8 101\r\na=rtpmap:111 opus/48000/2\r\n"
                  "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(has(*answer, "m=audio 40000 RTP/AVP 8 101\r\n")) << *answer;
  EXPECT_FALSE(has(*answer, "opus"));
}

TEST(PeerSdp, TakesOneMoreLine) {
  PeerSdp sdp = kBob;
  sdp.line = "a=msid:bob";
  EXPECT_TRUE(make_offer(sdp).ends_with("a=sendrecv\r\na=msid:bob\r\n"));
  EXPECT_TRUE(make_answer(sdp, "m=audio 9 RTP/AVP 0\r\n")->ends_with("\r\na=msid:bob\r\n"));
}

TEST(PeerSdp, AnswersWithTheirFirstCodecWhenItHasNone) {
  const auto answer = make_answer(kBob, "m=audio 9 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\n");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(has(*answer, "m=audio 40000 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\n"));
}

TEST(PeerSdp, TurnsOtherStreamsDownInPlace) {
  const auto answer =
      make_answer(kBob, "m=video 9 RTP/AVP 96\r\nm=audio 9 RTP/AVP 0\r\nm=audio 9 RTP/AVP 0\r\n");
  ASSERT_TRUE(answer);
  EXPECT_LT(answer->find("m=video 0 RTP/AVP 96"), answer->find("m=audio 40000 RTP/AVP 0"));
  EXPECT_TRUE(has(*answer, "m=audio 0 RTP/AVP 0"));
}

TEST(PeerSdp, CannotAnswerOnlySrtpOrNoAudio) {
  EXPECT_FALSE(make_answer(kBob, "m=audio 9 RTP/SAVP 0\r\n"));
  EXPECT_FALSE(make_answer(kBob, "m=audio 0 RTP/AVP 0\r\n"));
  EXPECT_FALSE(make_answer(kBob, "v=0\r\n"));
}

TEST(PeerSdp, MeetsTheDirection) {
  EXPECT_TRUE(has(*make_answer(kBob, "m=audio 9 RTP/AVP 0\r\na=sendonly\r\n"), "a=recvonly"));
  EXPECT_TRUE(has(*make_answer(kBob, "a=inactive\r\nm=audio 9 RTP/AVP 0\r\n"), "a=inactive"));
  PeerSdp holding = kBob;
  holding.direction = "inactive";
  EXPECT_TRUE(has(*make_answer(holding, "m=audio 9 RTP/AVP 0\r\n"), "a=inactive"));
}

TEST(PeerSdp, HoldsTheOldWay) {
  PeerSdp holding = kBob;
  holding.connection = "0.0.0.0";
  EXPECT_TRUE(has(make_offer(holding), "c=IN IP4 0.0.0.0\r\n"));
}

}  // namespace
}  // namespace onhook::fakes
