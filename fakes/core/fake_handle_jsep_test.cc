// SPDX-License-Identifier: GPL-3.0-or-later
// Offers and answers through the core, and the waits for a PeerConnection that is being disposed
// of.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "fakes/core/core_fixture.h"
#include "fakes/core/error_codes.h"

namespace onhook::fakes::testing {
namespace {

TEST(FakeHandleJsep, ARequestReachesThePluginWithItsJsep) {
  CoreWorld world(1);
  std::string got;
  world.plugin.on_message = [&](onhook_handle*, const std::string& transaction, json_t* message,
                                json_t* jsep) {
    got = transaction + " " + json_string_value(json_object_get(message, "request")) + " " +
          json_string_value(json_object_get(jsep, "type"));
    EXPECT_STREQ(json_string_value(json_object_get(jsep, "sdp")), kToySdp);
    EXPECT_EQ(json_object_get(jsep, "update"), nullptr);
    return ONHOOK_RESULT_OK_WAIT;
  };
  EXPECT_EQ(world.request("offer").kind, CoreReply::Kind::ack);
  EXPECT_EQ(got, "t1 call offer");
  EXPECT_TRUE(world.handle->has_pc());
}

TEST(FakeHandleJsep, ASecondRoundIsAnUpdateOfTheSamePeerConnection) {
  CoreWorld world(1);
  world.open_pc();
  bool update = false;
  world.plugin.on_message = [&](onhook_handle*, const std::string&, json_t*, json_t* jsep) {
    update = json_is_true(json_object_get(jsep, "update"));
    return ONHOOK_RESULT_OK_WAIT;
  };
  const CoreReply reply = world.request("offer");
  EXPECT_TRUE(update);
  EXPECT_EQ(reply.pc, 1);
  EXPECT_EQ(world.env.count("alice", verb::kPcOpens), 1);
}

TEST(FakeHandleJsep, AnAnswerThatNobodyAskedForIsRefused) {
  CoreWorld world(1);
  EXPECT_EQ(world.request("answer").code, kErrorUnexpectedAnswer);
  EXPECT_EQ(world.plugin.count("handle_message"), 0);
}

TEST(FakeHandleJsep, WhatThePluginRefusesIsAnError) {
  CoreWorld world(1);
  world.plugin.on_message = [](onhook_handle*, const std::string&, json_t*, json_t*) -> int {
    return ONHOOK_RESULT_ERROR;
  };
  EXPECT_EQ(world.request().code, kErrorPluginMessage);
}

TEST(FakeHandleJsep, AnOfferOfThePluginOpensThePeerConnectionBeforeTheUserAnswers) {
  CoreWorld world(1);
  EXPECT_EQ(world.plugin.push(world.session, "incomingcall", "offer"), 0);
  EXPECT_TRUE(world.handle->has_pc());
  EXPECT_EQ(world.client.pc, 1);
  EXPECT_EQ(world.env.count("alice", verb::kReceives, "incomingcall, jsep offer"), 1);
  world.plugin.core().close_pc(world.handle);
  world.env.run();
  EXPECT_EQ(world.client.reasons, std::vector<std::string>{"Close PC"});
}

TEST(FakeHandleJsep, AnOfferWaitsForTheCleaningAndThenGetsAPeerConnectionOfItsOwn) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    CoreWorld world(seed);
    world.open_pc();
    world.plugin.on_hangup_media = [&](onhook_handle*) {
      world.env.sleep(Window::exactly(kSecond), "cleaning up");
    };
    world.handle->hangup("Janus API");
    const TimeNs before = world.env.now();
    EXPECT_EQ(world.plugin.push(world.session, "incomingcall", "offer"), 0);
    EXPECT_GE(world.env.now() - before, kSecond);
    EXPECT_LE(world.env.now() - before, kSecond + 100 * kMillisecond);
    EXPECT_EQ(world.client.pc, 2);
    EXPECT_TRUE(world.handle->has_pc());
    world.env.run();
    // The client hears of the end of the first before the second begins: the handle's mutex.
    EXPECT_EQ(world.client.names.at(2), "webrtc_hangup");
    EXPECT_EQ(world.client.names.back(), "incomingcall");
    EXPECT_LT(world.env.index_of("alice", verb::kReceives, "webrtc_hangup"),
              world.env.last_index_of("alice", verb::kPcOpens));
  }
}

TEST(FakeHandleJsep, AnOfferGivesUpAfterThreeSecondsOfCleaning) {
  CoreWorld world(1);
  world.open_pc();
  world.plugin.on_hangup_media = [&](onhook_handle*) {
    world.env.sleep(Window::exactly(20 * kSecond), "cleaning up");
  };
  world.handle->hangup("Janus API");
  const TimeNs before = world.env.now();
  EXPECT_EQ(world.plugin.push(world.session, "incomingcall", "offer"), kErrorHandleNotFound);
  EXPECT_EQ(world.env.now() - before, 3 * kSecond);
  EXPECT_EQ(world.client.count("incomingcall"), 0);
  EXPECT_EQ(world.request("offer").code, kErrorWebrtcState);
  EXPECT_EQ(world.env.now() - before, 6 * kSecond);
}

TEST(FakeHandleJsep, AnEventWithoutAJsepDoesNotWait) {
  CoreWorld world(1);
  world.open_pc();
  world.plugin.on_hangup_media = [&](onhook_handle*) {
    world.env.sleep(Window::exactly(20 * kSecond), "cleaning up");
  };
  world.handle->hangup("Janus API");
  const TimeNs before = world.env.now();
  EXPECT_EQ(world.plugin.push(world.session, "hangup"), 0);
  EXPECT_EQ(world.env.now(), before);
}

TEST(FakeHandleJsep, AnAnswerWithoutAPeerConnectionIsNotSent) {
  CoreWorld world(1);
  EXPECT_EQ(world.plugin.push(world.session, "accepted", "answer"), kErrorHandleNotFound);
  EXPECT_EQ(world.client.count("accepted"), 0);
}

TEST(FakeHandleJsep, AnSdpThatIsNoneIsRefusedAndTheHandleStaysUsable) {
  CoreWorld world(1);
  world.open_pc();
  json_t* message = json_pack("{s:s, s:{s:s}}", "sip", "event", "result", "event", "updatingcall");
  json_t* jsep = json_pack("{s:s, s:s}", "type", "offer", "sdp", "hello");
  EXPECT_EQ(world.plugin.core().push_event(world.handle, nullptr, message, jsep),
            kErrorJsepInvalidSdp);
  json_decref(message);
  json_decref(jsep);
  EXPECT_EQ(world.plugin.push(world.session, "updatingcall", "offer"), 0);
}

TEST(FakeHandleJsep, EventsAreNamedWithTheirAttributes) {
  CoreWorld world(1);
  json_t* hangup = json_pack("{s:s, s:{s:s, s:i, s:s}}", "sip", "event", "result", "event",
                             "hangup", "code", 200, "reason", "Bye, bye");
  json_t* error = json_pack("{s:s, s:i, s:s}", "sip", "event", "error_code", 447, "error", "no");
  EXPECT_EQ(world.plugin.core().push_event(world.handle, "t", hangup, nullptr), 0);
  EXPECT_EQ(world.plugin.core().push_event(world.handle, "t", error, nullptr), 0);
  json_decref(hangup);
  json_decref(error);
  EXPECT_EQ(world.env.count("alice", verb::kReceives, "hangup, code 200, reason Bye; bye"), 1);
  EXPECT_EQ(world.env.count("alice", verb::kReceives, "error, code 447"), 1);
}

/// How many facts were seen before the core read this memory; -1: it was not read.
int read_after(const BatonEnv& env, const void* address, std::size_t bytes) {
  const auto it = std::ranges::find_if(env.memory_read(), [&](const BatonEnv::Read& read) {
    return read.memory.address == address && read.memory.bytes == bytes;
  });
  return it == env.memory_read().end() ? -1 : static_cast<int>(it->after);
}

TEST(FakeHandleJsep, TheWholeEventIsReadFirstAndItsTransactionLast) {
  CoreWorld world(1);
  json_t* message = json_pack("{s:s, s:{s:[s, i]}}", "sip", "event", "result", "codes", "ok", 200);
  json_t* jsep = json_pack("{s:s, s:s}", "type", "offer", "sdp", kToySdp);
  const char* transaction = "t1";
  const int before = static_cast<int>(world.env.seen().size());
  EXPECT_EQ(world.plugin.core().push_event(world.handle, transaction, message, jsep), 0);
  const json_t* codes = json_object_get(json_object_get(message, "result"), "codes");
  const char* ok = json_string_value(json_array_get(codes, 0));
  const json_t* number = json_array_get(codes, 1);
  const char* sdp = json_string_value(json_object_get(jsep, "sdp"));
  EXPECT_EQ(read_after(world.env, message, sizeof message->type), before);
  EXPECT_EQ(read_after(world.env, ok, 3), before);
  EXPECT_EQ(read_after(world.env, number, sizeof number->type), before);
  EXPECT_EQ(read_after(world.env, sdp, std::strlen(kToySdp) + 1), before);
  // Only when the PeerConnection is there.
  EXPECT_GT(read_after(world.env, transaction, 3), world.env.index_of("alice", verb::kPcOpens));
  json_decref(message);
  json_decref(jsep);
}

TEST(FakeHandleJsep, AnEventWithoutTransactionReadsNone) {
  CoreWorld world(1);
  const std::size_t before = world.env.memory_read().size();
  EXPECT_EQ(world.plugin.push(world.session, "hangup"), 0);
  // Two objects with three keys, and two strings, which are a value and a text each.
  EXPECT_EQ(world.env.memory_read().size() - before, 9u);
}

TEST(FakeHandleJsep, IceThatFailsHangsUpWithoutAnAlert) {
  CoreWorld world(1);
  const int pc = world.request("offer").pc;
  world.handle->ice_failed(pc);
  world.env.run();
  EXPECT_EQ(world.client.reasons, std::vector<std::string>{"ICE failed"});
  EXPECT_EQ(world.env.count("alice", verb::kDtlsAlert), 0);
  EXPECT_EQ(world.plugin.count("setup_media"), 0);
}

TEST(FakeHandleJsep, DtlsOfAnOldPeerConnectionDoesNotBringUpTheNewOne) {
  CoreWorld world(1);
  const int old = world.request("offer").pc;
  world.handle->hangup("Janus API");
  world.env.run();
  EXPECT_NE(world.request("offer").pc, old);
  world.handle->dtls_up(old);
  world.env.run();
  EXPECT_EQ(world.plugin.count("setup_media"), 0);
}

TEST(CoreRules, AreThoseOfTheRelease) {
  EXPECT_FALSE(CoreRules::of_version("master"));
  EXPECT_FALSE(CoreRules::of_version("1.2"));
  EXPECT_FALSE(CoreRules::of_version("1.2.3.4"));
  EXPECT_EQ(CoreRules::of_version("v1.2.1")->new_handle, CoreRules::NewHandle::alert_clear);
  EXPECT_EQ(CoreRules::of_version("1.2.2")->new_handle, CoreRules::NewHandle::alert_set);
  EXPECT_EQ(CoreRules::of_version("0.7.0")->close_pc, CoreRules::ClosePc::queues_every_call);
  EXPECT_EQ(CoreRules::of_version("0.7.1")->close_pc, CoreRules::ClosePc::queues_once);
}

TEST(CoreRules, AreReadBackFromTheirText) {
  for (const char* version : {"0.7.0", "1.1.2", "1.2.2", "1.4.1"}) {
    const CoreRules rules = *CoreRules::of_version(version);
    EXPECT_EQ(std::get<CoreRules>(CoreRules::parse(rules.to_text(), {})).to_text(),
              rules.to_text());
    EXPECT_EQ(std::get<CoreRules>(CoreRules::parse(version, {})).to_text(), rules.to_text());
  }
  EXPECT_NE(CoreRules::of_version("0.7.0")->to_text(), CoreRules::of_version("1.4.1")->to_text());
}

TEST(CoreRules, OfARevisionCanBeChangedOneByOne) {
  const auto text_of = [](std::string_view given, const CoreRules& base) {
    return std::get<CoreRules>(CoreRules::parse(given, base)).to_text();
  };
  EXPECT_EQ(text_of("new-handle=alert-clear", {}),
            "new-handle=alert-clear,close-pc=queues-once,hangup-without-agent=clears-cleaning,"
            "refused-answer=gives-mutex-back");
  EXPECT_EQ(text_of("1.1.2,new-handle=alert-set", {}),
            "new-handle=alert-set,close-pc=queues-once,hangup-without-agent=clears-cleaning,"
            "refused-answer=keeps-mutex");
  for (const char* wrong : {"", "new-handle", "new-handle=1", "handle=alert-set", "1.2",
                            "new-handle=alert-set,1.1.2"}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(CoreRules::parse(wrong, {}))) << wrong;
  }
}

TEST(CoreRules, AreToldByTheSources) {
  const auto source = [](std::string_view created, std::string_view freed) {
    return fmt::format(
        "static void janus_ice_webrtc_free(handle *);\n"
        "handle *janus_ice_handle_create(int id) {{\n\t{}\n}}\n"
        "void janus_ice_webrtc_free(handle *h) {{\n\treturn;\n\t{}\n\treturn;\n}}\n",
        created, freed);
  };
  const CoreRules old = *CoreRules::of_sources(
      {source("", ""), "int other;", "log(\"Invalid msid on m-line\"); return NULL;"});
  EXPECT_EQ(old.new_handle, CoreRules::NewHandle::alert_clear);
  EXPECT_EQ(old.close_pc, CoreRules::ClosePc::queues_every_call);
  EXPECT_EQ(old.hangup_without_agent, CoreRules::HangupWithoutAgent::stays_cleaning);
  EXPECT_EQ(old.refused_answer, CoreRules::RefusedAnswer::keeps_mutex);
  const CoreRules now = *CoreRules::of_sources(
      {source("set(WEBRTC_ALERT);", "clear(WEBRTC_CLEANING);"), "int closepc;",
       "log(\"Invalid msid on m-line\"); janus_mutex_unlock(&m); return NULL;"});
  EXPECT_EQ(now.new_handle, CoreRules::NewHandle::alert_set);
  EXPECT_EQ(now.close_pc, CoreRules::ClosePc::queues_once);
  EXPECT_EQ(now.hangup_without_agent, CoreRules::HangupWithoutAgent::clears_cleaning);
  EXPECT_EQ(now.refused_answer, CoreRules::RefusedAnswer::gives_mutex_back);
  EXPECT_FALSE(CoreRules::of_sources({"", "int closepc;", "main"}));
}

TEST(FakeHandle, AnAnswerWithABadMsidIsRefusedAndCanCostTheMutex) {
  for (const auto kept : {false, true}) {
    CoreRules rules;
    if (kept) rules.refused_answer = CoreRules::RefusedAnswer::keeps_mutex;
    CoreWorld world(1, rules);
    ASSERT_EQ(world.request("offer").kind, CoreReply::Kind::ack);
    const std::string bad = std::string(kToySdp) + "a=msid:one\r\n";
    EXPECT_EQ(world.plugin.push(world.session, "accepted", "answer", "", bad),
              kErrorJsepInvalidSdp);
    world.handle->hangup("Close PC");
    world.env.run();
    EXPECT_EQ(world.client.count("webrtc_hangup"), kept ? 0 : 1);
  }
}

}  // namespace
}  // namespace onhook::fakes::testing
