// SPDX-License-Identifier: GPL-3.0-or-later
// Everything but plain calls: registrations, subscriptions, transfers, messages, handles that are
// given up, and the end of an account.
#include <gtest/gtest.h>

#include "fakes/sip_peer/toy_app.h"

namespace onhook::fakes::testing {
namespace {

using Events = std::vector<std::string>;

Reaction on(std::string trigger, std::string verb, std::string object, Window window = {}) {
  return {"bob", std::move(trigger), window, std::move(verb), std::move(object), {}};
}

class Account : public ::testing::TestWithParam<int> {
 protected:
  std::uint64_t seed() const { return static_cast<std::uint64_t>(GetParam()); }

  static nua_handle_t* register_at_bob(ToyWorld& world) {
    nua_handle_t* handle = world.alice->new_handle();
    nua_register(handle, SIPTAG_FROM_STR("<sip:alice@127.0.0.1>"),
                 SIPTAG_TO_STR("<sip:alice@127.0.0.1>"), SIPTAG_EXPIRES_STR("3600"),
                 NUTAG_REGISTRAR("sip:127.0.0.1:5070"), TAG_END());
    world.run();
    return handle;
  }
};
INSTANTIATE_TEST_SUITE_P(Orders, Account, ::testing::Range(1, 9));

TEST_P(Account, RegistersAndUnregisters) {
  ToyWorld world(seed());
  nua_handle_t* handle = register_at_bob(world);
  EXPECT_EQ(world.alice->events, (Events{"r_register 200"}));
  nua_unregister(handle, TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events, (Events{"r_register 200", "r_unregister 200"}));
}

TEST_P(Account, RegistersWithCredentials) {
  ToyWorld world(seed(), false, {}, "secret");
  register_at_bob(world);
  EXPECT_EQ(world.alice->events, (Events{"r_register 401", "r_register 200"}));
}

TEST_P(Account, IsRefusedWithWrongCredentials) {
  ToyWorld world(seed(), false, {}, "secret");
  world.alice->secret = "guessed";
  register_at_bob(world);
  EXPECT_EQ(world.alice->events, (Events{"r_register 401", "r_register 403"}));
}

TEST_P(Account, IsToldByTheRegistrarWhatIsRegistered) {
  for (const bool scripted : {false, true}) {
    std::vector<Reaction> reactions;
    if (scripted) reactions.push_back(on("REGISTER", "replies", "200"));
    ToyWorld world(seed(), false, reactions);
    std::string contact;
    unsigned long expires = 0;
    world.alice->on_event = [&](const ToyEvent& event) {
      if (event.event != nua_r_register || event.sip == nullptr) return;
      if (event.sip->sip_contact != nullptr) contact = event.sip->sip_contact->m_url->url_user;
      if (event.sip->sip_expires != nullptr) expires = event.sip->sip_expires->ex_delta;
    };
    register_at_bob(world);
    EXPECT_EQ(contact, "alice");
    EXPECT_EQ(expires, 3600u);
  }
}

TEST_P(Account, RefreshesItsRegistration) {
  ToyWorld world(seed());
  register_at_bob(world);
  world.run(3600 * kSecond);
  EXPECT_GE(world.env->count("bob", "gets", "REGISTER"), 2);
  EXPECT_EQ(world.alice->events.back(), "r_register 200");
}

TEST_P(Account, CallsWithCredentials) {
  ToyWorld world(seed(), false, {}, "secret");
  world.call_bob();
  EXPECT_EQ(world.alice->events,
            (Events{"i_state 0 calling", "r_invite 401", "i_state 0 calling", "r_invite 180",
                    "i_state 180 proceeding", "r_invite 200", "i_state 200 completing",
                    "i_state 200 ready", "i_active 200"}));
}

TEST_P(Account, ADestroyedHandleIsSilentAndItsCallEnds) {
  ToyWorld world(seed());
  nua_handle_t* call = world.call_bob();
  const Events before = world.alice->events;
  nua_handle_destroy(call);
  world.run(kSecond);
  EXPECT_EQ(world.alice->events, before);
  EXPECT_EQ(world.env->count("bob", "gets", "BYE"), 1);
  EXPECT_EQ(world.nua->handles(), 0u);
  nua_bye(call, TAG_END());
  nua_bye(nullptr, TAG_END());
  world.run(kSecond);
  EXPECT_EQ(world.alice->events, before);
  EXPECT_EQ(world.env->count("", "calls", "nua_bye, handle 1, dangling"), 1);
  EXPECT_EQ(world.env->count("", "calls", "nua_bye, handle none"), 1);
}

TEST_P(Account, AHandleDestroyedWhileRingingCancels) {
  ToyWorld world(seed(), false, {on("INVITE", "replies", "180")});
  nua_handle_t* call = world.call_bob();
  const Events before = world.alice->events;
  nua_handle_destroy(call);
  world.run(kSecond);
  EXPECT_EQ(world.alice->events, before);
  EXPECT_EQ(world.env->count("bob", "gets", "CANCEL"), 1);
  EXPECT_EQ(world.bob->open_calls(), 0u);
}

TEST_P(Account, RespondingToNothingIsAnError) {
  ToyWorld world(seed());
  nua_handle_t* handle = world.alice->new_handle();
  nua_respond(handle, SIP_200_OK, TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events, (Events{"i_error 500"}));
}

TEST_P(Account, ShutsDownAtOnceWhenIdle) {
  ToyWorld world(seed());
  world.shut_down();
  EXPECT_EQ(world.alice->events, (Events{"r_shutdown 200"}));
  EXPECT_TRUE(world.alice->ended);
  EXPECT_EQ(world.nua->agents(), 0u);
  EXPECT_EQ(world.nua->roots(), 0u);
}

TEST_P(Account, ShutsDownInStepsWhileACallLives) {
  ToyWorld world(seed());
  world.call_bob();
  world.alice->events.clear();
  world.shut_down();
  EXPECT_EQ(world.alice->events, (Events{"r_shutdown 100", "r_shutdown 200"}));
  EXPECT_EQ(world.env->count("bob", "gets", "BYE"), 1);
  EXPECT_TRUE(world.alice->ended);
}

TEST_P(Account, GivesUpShuttingDownAfterThirtySeconds) {
  ToyWorld world(seed(), false, {on("BYE", "ignores", "")});
  world.call_bob();
  world.alice->events.clear();
  world.shut_down();
  EXPECT_EQ(world.alice->events.front(), "r_shutdown 100");
  EXPECT_EQ(world.alice->events.back(), "r_shutdown 500");
  EXPECT_EQ(world.alice->events.size(), 31u);
}

TEST_P(Account, SubscribesIsNotifiedAndUnsubscribes) {
  ToyWorld world(seed());
  nua_handle_t* handle = world.alice->new_handle();
  nua_subscribe(handle, SIPTAG_TO_STR(world.bob->uri().c_str()),
                SIPTAG_EVENT_STR("message-summary"), SIPTAG_EXPIRES_STR("3600"), TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events, (Events{"r_subscribe 200 pending", "i_notify 200 active"}));
  nua_subscribe(handle, SIPTAG_TO_STR(world.bob->uri().c_str()),
                SIPTAG_EVENT_STR("message-summary"), SIPTAG_EXPIRES_STR("0"), TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events, (Events{"r_subscribe 200 pending", "i_notify 200 active",
                                         "r_subscribe 200 active", "i_notify 200 terminated"}));
}

TEST_P(Account, ARequestWithABadHeaderFailsWithoutAMessage) {
  ToyWorld world(seed());
  bool has_message = true;
  world.alice->on_event = [&](const ToyEvent& event) { has_message = event.sip != nullptr; };
  nua_subscribe(world.alice->new_handle(), SIPTAG_TO_STR(world.bob->uri().c_str()),
                SIPTAG_EVENT_STR("@"), TAG_END());
  world.run();
  ASSERT_EQ(world.alice->events.size(), 1u);
  EXPECT_TRUE(world.alice->events.front().starts_with("r_subscribe 900"));
  EXPECT_FALSE(has_message);
  EXPECT_EQ(world.env->count("bob", "gets", "SUBSCRIBE"), 0);
}

TEST_P(Account, TransfersTheCall) {
  ToyWorld world(seed());
  nua_handle_t* call = world.call_bob();
  world.alice->events.clear();
  nua_refer(call, SIPTAG_REFER_TO_STR("<sip:carol@127.0.0.1>"), TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events,
            (Events{"r_refer 100", "r_refer 202 pending", "i_notify 200 terminated"}));
  EXPECT_EQ(world.bob->call_state(), SipPeer::CallState::incall);
}

TEST_P(Account, IsTransferredAndNotifiesWithASavedEvent) {
  ToyWorld world(seed());
  nua_saved_event_t saved[1] = {};
  world.alice->on_event = [&](const ToyEvent& event) {
    if (event.event != nua_i_refer) return;
    nua_respond(event.handle, SIP_202_ACCEPTED, NUTAG_WITH_CURRENT(world.alice->nua), TAG_END());
    nua_save_event(world.alice->nua, saved);
  };
  nua_handle_t* call = world.call_bob();
  world.alice->events.clear();
  world.bob_sends("REFER", 0, {{"to", "sip:carol@127.0.0.1"}});
  world.run();
  ASSERT_NE(saved[0], nullptr);
  EXPECT_NE(nua_saved_event_request(saved), nullptr);
  nua_notify(call, NUTAG_SUBSTATE(nua_substate_active), SIPTAG_CONTENT_TYPE_STR("message/sipfrag"),
             SIPTAG_PAYLOAD_STR("SIP/2.0 100 Trying"), TAG_END());
  nua_notify(call, NUTAG_SUBSTATE(nua_substate_terminated),
             SIPTAG_CONTENT_TYPE_STR("message/sipfrag"), SIPTAG_PAYLOAD_STR("SIP/2.0 200 OK"),
             NUTAG_WITH_SAVED(saved), TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events,
            (Events{"i_refer 100 pending", "r_notify 200 active", "r_notify 200 terminated"}));
  nua_destroy_event(saved);
}

TEST_P(Account, SendsAndGetsInfoAndMessages) {
  ToyWorld world(seed());
  nua_handle_t* call = world.call_bob();
  world.alice->events.clear();
  nua_info(call, SIPTAG_CONTENT_TYPE_STR("text/plain"), SIPTAG_PAYLOAD_STR("x"), TAG_END());
  nua_message(call, SIPTAG_CONTENT_TYPE_STR("text/plain"), SIPTAG_PAYLOAD_STR("y"), TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events, (Events{"r_info 200", "r_message 200"}));
  world.alice->events.clear();
  world.bob_sends("INFO");
  world.run();
  world.bob_sends("MESSAGE");
  world.run();
  EXPECT_EQ(world.alice->events, (Events{"i_info 200", "i_message 200"}));
}

TEST_P(Account, SendsNothingInACallThatHasEnded) {
  ToyWorld world(seed());
  nua_handle_t* call = world.call_bob();
  world.bob_sends("BYE");
  world.run();
  world.alice->events.clear();
  nua_info(call, SIPTAG_CONTENT_TYPE_STR("text/plain"), SIPTAG_PAYLOAD_STR("x"), TAG_END());
  nua_message(call, SIPTAG_CONTENT_TYPE_STR("text/plain"), SIPTAG_PAYLOAD_STR("y"), TAG_END());
  nua_refer(call, SIPTAG_REFER_TO_STR("sip:carol@example.com"), TAG_END());
  world.run();
  EXPECT_EQ(world.alice->events, (Events{"r_info 900", "r_message 900", "r_refer 900 terminated"}));
  EXPECT_EQ(world.env->count("", "sends", "REFER"), 0);
}

TEST_P(Account, ByeWaitsBehindAnUnansweredInfo) {
  ToyWorld world(seed(), false, {on("INFO", "replies", "200", Window::exactly(2 * kSecond))});
  nua_handle_t* call = world.call_bob();
  nua_info(call, SIPTAG_CONTENT_TYPE_STR("text/plain"), SIPTAG_PAYLOAD_STR("x"), TAG_END());
  nua_bye(call, TAG_END());
  world.run(kSecond);
  EXPECT_EQ(world.env->count("bob", "gets", "BYE"), 0);
  world.run(2 * kSecond);
  EXPECT_EQ(world.env->count("bob", "gets", "BYE"), 1);
}

TEST_P(Account, MakesReplacesOfACall) {
  ToyWorld world(seed());
  nua_handle_t* call = world.call_bob();
  su_home_t home[1] = {};
  su_home_init(home);
  const sip_replaces_t* replaces = nua_handle_make_replaces(call, home, 0);
  ASSERT_NE(replaces, nullptr);
  EXPECT_NE(replaces->rp_call_id, nullptr);
  EXPECT_NE(std::string(replaces->rp_to_tag), "0");
  su_home_deinit(home);
}

TEST_P(Account, DeliveriesAreAnnounced) {
  ToyWorld world(seed());
  nua_handle_t* call = world.call_bob();
  nua_bye(call, TAG_END());
  world.run();
  EXPECT_EQ(
      world.env->count("", "delivers", "nua_i_state, callstate terminated, status 200, handle 1"),
      1);
  EXPECT_EQ(world.env->count("", "calls", "nua_bye, handle 1"), 1);
  EXPECT_EQ(world.env->count("bob", "gets", "BYE"), 1);
  EXPECT_EQ(world.env->count("bob", "replies", "200, BYE"), 1);
}

TEST(AccountFails, ClosedForWhatIsNotModelled) {
  ToyWorld world(1);
  nua_publish(world.alice->new_handle(), TAG_END());
  EXPECT_THROW(world.run(), Unmodelled);
}

}  // namespace
}  // namespace onhook::fakes::testing
