// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "fakes/client/browser_sdp.h"
#include "fakes/client/request_body.h"

namespace onhook::fakes {
namespace {

int count(const std::string& text, std::string_view what) {
  int n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++n;
  return n;
}

TEST(BrowserSdp, AnOfferHasTheWantedMedia) {
  EXPECT_EQ(count(browser_offer(BrowserMedia::audio, 1), "m="), 1);
  const std::string both = browser_offer(BrowserMedia::audio_and_video, 3);
  EXPECT_EQ(count(both, "m=audio 9 "), 1);
  EXPECT_EQ(count(both, "m=video 9 "), 1);
  EXPECT_NE(both.find("o=- 20518 3 IN"), std::string::npos);
}

TEST(BrowserSdp, AnAnswerHasAnMLineForEachOffered) {
  const std::string offer =
      "v=0\r\no=b 1 1 IN IP4 1.2.3.4\r\ns=-\r\nt=0 0\r\nm=video 7000 RTP/AVP 99\r\n"
      "m=audio 6000 RTP/AVP 0\r\nm=application 8 TCP/BFCP *\r\n";
  const std::string audio = browser_answer(offer, BrowserMedia::audio, 1);
  EXPECT_EQ(count(audio, "m="), 3);
  EXPECT_LT(audio.find("m=video 0 RTP/AVP 99\r\n"), audio.find("m=audio 9 "));
  EXPECT_NE(audio.find("m=application 0 TCP/BFCP *\r\n"), std::string::npos);
  EXPECT_EQ(count(browser_answer(offer, BrowserMedia::audio_and_video, 1), "m=video 9 "), 1);
}

TEST(BrowserSdp, WhatTheOfferRefusesIsRefused) {
  const std::string answer = browser_answer("v=0\nm=audio 0 RTP/AVP 0\n", BrowserMedia::audio, 1);
  EXPECT_EQ(count(answer, "m=audio 0 RTP/AVP 0\r\n"), 1);
}

struct Body {
  explicit Body(std::string_view request, std::map<std::string, std::string> attributes = {})
      : json(request_body(
            request, "alice", attributes,
            {{{"bob", "sip:bob@127.0.0.1:5070"}, {"eve", "sip:eve@127.0.0.1:5071"}}, "bob", {}})),
        text(json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT)) {}
  ~Body() {
    json_decref(json);
    free(text);
  }
  json_t* json;
  char* text;
};

TEST(RequestBody, CallsTheOnlyPeerUnlessToldOtherwise) {
  EXPECT_STREQ(Body("call").text, R"({"request":"call","uri":"sip:bob@127.0.0.1:5070"})");
  EXPECT_STREQ(Body("call", {{"to", "eve"}}).text,
               R"({"request":"call","uri":"sip:eve@127.0.0.1:5071"})");
  EXPECT_STREQ(Body("call", {{"uri", "sip:x@y"}}).text, R"({"request":"call","uri":"sip:x@y"})");
}

TEST(RequestBody, GivesEachMemberThePluginsType) {
  EXPECT_STREQ(Body("decline", {{"code", "486"}}).text, R"({"code":486,"request":"decline"})");
  EXPECT_STREQ(Body("dtmf_info", {{"digit", "5"}}).text, R"({"digit":"5","request":"dtmf_info"})");
  EXPECT_STREQ(Body("accept", {{"autoaccept_reinvites", "false"}}).text,
               R"({"autoaccept_reinvites":false,"request":"accept"})");
}

TEST(RequestBody, NamesAnAccountByItsNumber) {
  json_t* body = request_body("register", "carol", {{"type", "helper"}, {"master", "alice"}},
                              {{}, "", {{"alice", 4711}}});
  EXPECT_EQ(json_integer_value(json_object_get(body, "master_id")), 4711);
  EXPECT_EQ(json_object_get(body, "master"), nullptr);
  json_decref(body);
}

TEST(RequestBody, MakesAListOfHeaderPrefixes) {
  json_t* body = request_body("register", "alice", {{"incoming_header_prefixes", "X-"}}, {});
  const json_t* list = json_object_get(body, "incoming_header_prefixes");
  ASSERT_EQ(json_array_size(list), 1u);
  EXPECT_STREQ(json_string_value(json_array_get(list, 0)), "X-");
  json_decref(body);
}

TEST(RequestBody, LeavesOutWhatIsGivenWithoutText) {
  EXPECT_STREQ(Body("register", {{"type", ""}, {"username", "sip:a@b"}}).text,
               R"({"request":"register","username":"sip:a@b"})");
}

TEST(RequestBody, RegistersWithAPeer) {
  EXPECT_STREQ(Body("register", {{"to", "eve"}}).text,
               R"({"proxy":"sip:127.0.0.1:5071","request":"register","secret":"secret",)"
               R"("username":"sip:alice@127.0.0.1:5071"})");
}

TEST(RequestBody, FillsInWhatARequestNeeds) {
  EXPECT_STREQ(Body("register").text,
               R"({"request":"register","type":"guest","username":"sip:alice@127.0.0.1"})");
  EXPECT_STREQ(Body("hangup").text, R"({"request":"hangup"})");
  EXPECT_STREQ(
      Body("subscribe", {{"to", "eve"}}).text,
      R"({"event":"message-summary","request":"subscribe","to":"sip:eve@127.0.0.1:5071"})");
}

}  // namespace
}  // namespace onhook::fakes
