// SPDX-License-Identifier: GPL-3.0-or-later
// The parts without a socket: messages, descriptions, the log, what can be played, latencies.
#include <gtest/gtest.h>

#include "e2e/janus_message.h"
#include "e2e/latencies.h"
#include "e2e/log_facts.h"
#include "e2e/play.h"
#include "e2e/transport_sdp.h"
#include "fakes/client/browser_sdp.h"
#include "harness/scenario/compiler.h"

namespace onhook::e2e {
namespace {

std::string text_of(const Json& json) {
  char* text = json_dumps(json.get(), JSON_COMPACT | JSON_SORT_KEYS);
  std::string out = text;
  std::free(text);
  return out;
}

JanusMessage message_of(const char* text) {
  static Json parsed;  // the message points into it
  parsed.reset(json_loads(text, 0, nullptr));
  const auto message = read_message(parsed.get());
  return message ? *message : JanusMessage{};
}

// Messages
// -----------------------------------------------------------------------------------------------

TEST(JanusMessageTest, ARequestCarriesItsDescriptionOnlyIfItHasOne) {
  EXPECT_EQ(
      text_of(plugin_message("t1", {7, 9}, Json(json_pack("{s:s}", "request", "hangup")), "", "")),
      R"({"body":{"request":"hangup"},"handle_id":9,"janus":"message","session_id":7,"transaction":"t1"})");
  EXPECT_EQ(
      text_of(plugin_message("t2", {7, 9}, Json(json_pack("{s:s}", "request", "call")), "offer",
                             "v=0")),
      R"({"body":{"request":"call"},"handle_id":9,"janus":"message","jsep":{"sdp":"v=0","type":"offer"},)"
      R"("session_id":7,"transaction":"t2"})");
}

TEST(JanusMessageTest, NoMoreCandidatesIsSaidToo) {
  EXPECT_EQ(
      text_of(trickle("t", {1, 2}, "")),
      R"({"candidate":{"completed":true},"handle_id":2,"janus":"trickle","session_id":1,"transaction":"t"})");
  EXPECT_NE(
      text_of(trickle("t", {1, 2}, "candidate:1 1 udp 1 127.0.0.1 9 typ host")).find("typ host"),
      std::string::npos);
}

TEST(JanusMessageTest, ReadsWhatTheCoreSays) {
  using Kind = JanusMessage::Kind;
  EXPECT_EQ(message_of(R"({"janus":"ack","transaction":"t"})").kind, Kind::ack);
  const JanusMessage made = message_of(R"({"janus":"success","transaction":"t","data":{"id":5}})");
  EXPECT_EQ(made.kind, Kind::success);
  EXPECT_EQ(made.id, 5);
  const JanusMessage refused =
      message_of(R"({"janus":"error","error":{"code":458,"reason":"No such session"}})");
  EXPECT_EQ(refused.kind, Kind::error);
  EXPECT_EQ(refused.code, 458);
  EXPECT_EQ(refused.reason, "No such session");
  const JanusMessage event = message_of(
      R"({"janus":"event","plugindata":{"plugin":"p","data":{"sip":"event"}},"jsep":{"type":"answer","sdp":"v=0"}})");
  EXPECT_EQ(event.kind, Kind::event);
  EXPECT_EQ(event.jsep_type, "answer");
  EXPECT_NE(event.data, nullptr);
  const JanusMessage hangup = message_of(R"({"janus":"hangup","reason":"DTLS alert"})");
  EXPECT_EQ(hangup.kind, Kind::webrtc);
  EXPECT_EQ(hangup.reason, "DTLS alert");
  EXPECT_EQ(message_of(R"({"janus":"slowlink"})").kind, Kind::other);
  EXPECT_EQ(read_message(Json(json_pack("{s:i}", "janus", 1)).get()), std::nullopt);
}

// Descriptions
// -----------------------------------------------------------------------------------------------

TransportDescription a_transport() {
  return {"frag",    "secret",        "sha-256 AB:CD",
          "actpass", "7 cname:alice", {"candidate:1 1 udp 1 127.0.0.1 9 typ host"}};
}

TEST(TransportSdpTest, WhatIsPutInIsReadAgain) {
  const auto read = read_transport(
      with_transport(fakes::browser_offer(fakes::BrowserMedia::audio, 1), a_transport()));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->ufrag, "frag");
  EXPECT_EQ(read->password, "secret");
  EXPECT_EQ(read->fingerprint, "sha-256 AB:CD");
  EXPECT_EQ(read->setup, "actpass");
  EXPECT_EQ(read->source, "7 cname:alice");
  EXPECT_EQ(read->candidates, a_transport().candidates);
}

TEST(TransportSdpTest, ARefusedStreamHasNone) {
  const std::string sdp = with_transport(
      "v=0\r\nm=audio 9 X 0\r\na=mid:0\r\nm=video 0 X 96\r\na=mid:1\r\n", a_transport());
  EXPECT_EQ(sdp.find("a=ice-ufrag"), sdp.rfind("a=ice-ufrag"));
  EXPECT_LT(sdp.find("a=ice-ufrag"), sdp.find("m=video"));
}

TEST(TransportSdpTest, WithoutAFingerprintItIsNone) {
  EXPECT_FALSE(read_transport("v=0\na=ice-ufrag:x\na=ice-pwd:y\n"));
  EXPECT_FALSE(read_transport(fakes::browser_offer(fakes::BrowserMedia::audio, 1)));
}

// The log
// -----------------------------------------------------------------------------------------------

TEST(LogReaderTest, EventsOfNuaAreDeliveries) {
  LogReader log;
  const LogFact state{"sip alice", "janus_sip_sofia_thread", "", "delivers",
                      "nua_i_state, callstate terminated, status 200, phrase to BYE"};
  EXPECT_EQ(log.read("[alice][nua_i_state]: 200 to BYE, call state [terminated]"),
            std::vector{state});
  const LogFact bye{"sip alice", "janus_sip_sofia_thread", "", "delivers",
                    "nua_r_bye, status 200, phrase OK"};
  EXPECT_EQ(log.read("[alice][nua_r_bye]: 200 OK"), std::vector{bye});
  EXPECT_EQ(log.read("[WARN] [alice][nua_r_bye]: 200 OK"), std::vector{bye});
}

TEST(LogReaderTest, TheRelayThreadBeginsAndEnds) {
  LogReader log;
  EXPECT_TRUE(log.read("Leaving SIP relay thread").empty());
  const LogFact starts{"siprtp alice", "janus_sip_relay_thread", "", "starts", ""};
  EXPECT_EQ(log.read("Starting relay thread (alice <--> sip:bob@127.0.0.1:5070)"),
            std::vector{starts});
  const LogFact exits{"siprtp alice", "janus_sip_relay_thread", "", "exits", ""};
  EXPECT_EQ(log.read("Leaving SIP relay thread"), std::vector{exits});
  EXPECT_TRUE(log.read("Leaving SIP relay thread").empty());
}

TEST(LogReaderTest, ThePluginIsToldAHangupWithItsReason) {
  LogReader log;
  log.know_handle("17", "alice");
  const LogFact alert{"core loop alice", "core_loop", "alice", "dtls_alert", ""};
  EXPECT_EQ(log.read("[17] Hanging up PeerConnection because of a DTLS alert"), std::vector{alert});
  const LogFact told{"core loop alice", "core_loop", "alice", "hangup_media", "DTLS alert"};
  EXPECT_EQ(log.read("[17] Telling the plugin about the hangup (JANUS SIP plugin)"),
            std::vector{told});
  EXPECT_TRUE(log.read("[17] Hanging up PeerConnection because of a Close PC").empty());
  EXPECT_TRUE(log.read("[18] Hanging up PeerConnection because of a DTLS alert").empty());
}

// What can be played
// -----------------------------------------------------------------------------------------------

std::string refusal(const std::string& more,
                    const std::string& given = "call alice -> bob with audio") {
  const CompileResult compiled = compile_scenario(
      "scenario s\nactor alice browser\nactor bob sip_peer\nthread relay "
      "janus_sip_relay_thread\ngiven " +
          given +
          "\nevent hangup alice requests hangup\nfinally dtls_alert(alice)\nsettles within 9s\n" +
          more,
      "s.scn");
  for (const Diagnostic& d : compiled.diagnostics) ADD_FAILURE() << to_text(d);
  if (!compiled.scenario) return "";
  return why_not(*compiled.scenario).value_or("can be played");
}

TEST(PlayableTest, WhatTheRealServerCannotPlayIsRefusedByName) {
  EXPECT_EQ(refusal(""), "can be played");
  EXPECT_EQ(refusal("event e relay exits\nbob on BYE replies 200 within 0s..5s\n"),
            "can be played");
  EXPECT_EQ(refusal("", "ringing alice -> bob"), "it begins with one call: 'given call A -> B'");
  EXPECT_EQ(refusal("bob closes rtp\n"), "nobody can do this there: bob closes rtp");
  EXPECT_EQ(refusal("bob on BYE sends CANCEL\n"),
            "nobody can do this there: bob on BYE sends CANCEL");
  EXPECT_EQ(refusal("event e relay leaves janus_sip_media_cleanup\n"),
            "event e cannot be seen from outside the server: relay leaves janus_sip_media_cleanup");
  EXPECT_EQ(refusal("never close_pc(alice)\n"),
            "close_pc(alice) cannot be seen from outside the server");
}

// Latencies
// -----------------------------------------------------------------------------------------------

TEST(LatenciesTest, TrialsShareAWindowOutTheLatestFirst) {
  const fakes::Window window{1000, 4000};
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    for (unsigned trial = 0; trial < 3; ++trial) {
      const auto drawn = Latencies(seed, trial, 3).draw(window);
      EXPECT_GE(drawn, 3000 - 1000 * trial);
      EXPECT_LE(drawn, 4000 - 1000 * trial);
    }
  EXPECT_EQ(Latencies(1, 0, 1).draw({5, 5}), 5);
}

}  // namespace
}  // namespace onhook::e2e
