// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/outside_view.h"

#include <gtest/gtest.h>

#include "harness/report/testing.h"

namespace onhook {
namespace {

using testing_report::TraceBuilder;
using Words = std::vector<std::string>;

/// A peer called bob, to whom these things happen.
Words bob_saw(const Words& words) {
  TraceBuilder builder;
  const ThreadId bob = builder.lane("bob");
  for (const std::string& said : words) {
    const std::size_t blank = said.find(' ');
    builder.add(1, bob, "bob", said.substr(0, blank), said.substr(blank + 1));
  }
  OutsideView view = view_of(seen_from_outside(builder.trace()));
  return view["bob"];
}

TEST(OutsideViewTest, each_observer_has_its_own_row_of_words) {
  TraceBuilder builder;
  const ThreadId alice = builder.lane("alice"), nua = builder.lane("nua alice"),
                 sip = builder.lane("sip alice", "janus_sip_sofia_thread"),
                 relay = builder.lane("siprtp alice", "janus_sip_relay_thread"),
                 loop = builder.lane("core loop alice", "core_loop");
  builder.add(1, alice, "alice", "requests", "hangup, to bob");
  builder.add(1, alice, "alice", "awaits", "hangup 3");
  builder.add(1, sip, "alice", "receives", "hangingup");
  builder.add(1, sip, "alice", "answered", "hangup 3");
  builder.add(1, nua, "", "sends", "BYE");
  builder.add(2, relay, "", "exits", "");
  builder.add(2, sip, "", "exits", "");
  builder.add(2, sip, "", "delivers",
              "nua_i_state, callstate terminated, status 200, handle 1, phrase to BYE");
  builder.add(3, loop, "alice", "hangup_media", "DTLS alert");
  builder.add(3, loop, "alice", "pc_closes", "DTLS alert");
  EXPECT_EQ(view_of(seen_from_outside(builder.trace())),
            (OutsideView{{"alice", {"requests hangup", "receives hangingup", "answered hangup 3"}},
                         {"siprtp alice", {"exits"}},
                         {"sip alice", {"delivers nua_i_state, callstate terminated, status 200"}},
                         {"core of alice", {"hangup_media DTLS alert"}}}));
}

TEST(OutsideViewTest, media_and_signalling_of_a_client_overtake_each_other) {
  const auto view = [](bool media_first) {
    TraceBuilder builder;
    const ThreadId alice = builder.lane("alice");
    if (media_first) builder.add(1, alice, "alice", "connects", "pc");
    builder.add(1, alice, "alice", "receives", "webrtcup");
    if (!media_first) builder.add(1, alice, "alice", "connects", "pc");
    return view_of(seen_from_outside(builder.trace()));
  };
  EXPECT_EQ(view(true),
            (OutsideView{{"alice", {"receives webrtcup"}}, {"media of alice", {"connects pc"}}}));
  EXPECT_EQ(view(true), view(false));
}

TEST(OutsideViewTest, the_set_up_has_no_order_and_the_race_has) {
  const auto view = [](const Words& words) {
    TraceBuilder builder;
    const ThreadId alice = builder.lane("alice");
    for (const std::string& what : words) builder.add(1, alice, "alice", "receives", what);
    return view_of(seen_from_outside(builder.trace(), 2));
  };
  EXPECT_EQ(view({"calling", "ringing", "hangup"}), view({"ringing", "calling", "hangup"}));
  EXPECT_NE(view({"calling", "ringing", "hangup"}), view({"calling", "hangup", "ringing"}));
}

TEST(OutsideViewTest, facts_are_named_by_their_place_in_the_trace) {
  TraceBuilder builder;
  const ThreadId alice = builder.lane("alice");
  builder.add(1, alice, "alice", "hears", "rtp");
  builder.add(1, alice, "alice", "closes", "pc");
  const auto seen = seen_from_outside(builder.trace());
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].fact, 1u);
}

TEST(OutsideViewTest, a_request_that_comes_again_before_its_answer_is_one) {
  const Words once = {"gets INVITE", "replies 180, INVITE", "replies 200, INVITE", "gets ACK"};
  EXPECT_EQ(bob_saw({"gets INVITE", "gets INVITE", "replies 180, INVITE", "gets INVITE",
                     "replies 200, INVITE", "replies 200, INVITE", "gets ACK", "gets ACK"}),
            once);
  EXPECT_EQ(bob_saw(once), once);
}

TEST(OutsideViewTest, what_comes_again_after_its_answer_is_another) {
  const Words twice = {"gets INVITE", "replies 200, INVITE", "gets ACK",
                       "gets INVITE", "replies 200, INVITE", "gets ACK"};
  EXPECT_EQ(bob_saw(twice), twice);
  const Words challenged = {"sends INVITE", "gets 401 INVITE", "sends INVITE", "gets 200 INVITE"};
  EXPECT_EQ(bob_saw(challenged), challenged);
  const Words messages = {"gets INFO", "replies 200, INFO", "gets INFO", "replies 200, INFO"};
  EXPECT_EQ(bob_saw(messages), messages);
}

TEST(OutsideViewTest, what_a_peers_stack_may_keep_to_itself_is_dropped) {
  EXPECT_EQ(bob_saw({"sends INVITE", "gets 100 INVITE", "gets 200 INVITE", "sends ACK"}),
            (Words{"sends INVITE", "gets 200 INVITE"}));
  EXPECT_EQ(bob_saw({"gets INVITE", "replies 100, INVITE"}), Words{"gets INVITE"});
}

TEST(OutsideViewTest, a_request_between_does_not_make_a_repetition_new) {
  EXPECT_EQ(bob_saw({"gets INVITE", "gets CANCEL", "replies 200, CANCEL", "gets INVITE"}),
            (Words{"gets INVITE", "gets CANCEL", "replies 200, CANCEL"}));
}

}  // namespace
}  // namespace onhook
