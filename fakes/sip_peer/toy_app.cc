// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/sip_peer/toy_app.h"

#include <fmt/format.h>
#include <sofia-sip/nta_tag.h>

namespace onhook::fakes::testing {

ToyApp::ToyApp(Env& env, std::string user, bool cancel_as_rfc2543) {
  env.spawn("sip " + user, [this, user, cancel_as_rfc2543] { run(user, cancel_as_rfc2543); });
}

void ToyApp::run(const std::string& user, bool cancel_as_rfc2543) {
  root = su_root_create(nullptr);
  nua = nua_create(
      root, &ToyApp::callback, reinterpret_cast<nua_magic_t*>(this),
      SIPTAG_ALLOW_STR("INVITE, ACK, BYE, CANCEL, OPTIONS, REFER, MESSAGE, INFO, NOTIFY"),
      NUTAG_M_USERNAME(user.c_str()), NUTAG_URL("sip:127.0.0.1:*;transport=udp"),
      SIPTAG_USER_AGENT_STR("Toy"), NUTAG_APPL_METHOD("REFER"), SIPTAG_SUPPORTED_STR("replaces"),
      SIPTAG_SUPPORTED(nullptr), NTATAG_CANCEL_2543(cancel_as_rfc2543), NTATAG_SIP_T1X64(0),
      TAG_NULL());
  su_root_run(root);
  nua_destroy(nua);
  su_root_destroy(root);
  ended = true;
}

const char* ToyApp::sdp() {
  return "v=0\r\no=- 12 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9000 RTP/AVP 0 8 101\r\n"
         "c=IN IP4 127.0.0.1\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
         "a=rtpmap:101 telephone-event/8000\r\n";
}

void ToyApp::invite(nua_handle_t* handle, const std::string& to) {
  nua_invite(handle, SIPTAG_FROM_STR("<sip:alice@127.0.0.1>"), SIPTAG_TO_STR(to.c_str()),
             SOATAG_USER_SDP_STR(sdp()), NUTAG_PROXY(static_cast<url_string_t*>(nullptr)),
             NUTAG_AUTOANSWER(0), NUTAG_AUTOACK(0), TAG_END());
}

void ToyApp::reinvite(nua_handle_t* handle) {
  nua_invite(handle, SOATAG_USER_SDP_STR(sdp()), TAG_END());
}

void ToyApp::accept(nua_handle_t* handle, int status) {
  nua_respond(handle, status, sip_status_phrase(status), SOATAG_USER_SDP_STR(sdp()),
              SOATAG_RTP_SELECT(SOA_RTP_SELECT_COMMON), NUTAG_AUTOANSWER(0), NUTAG_AUTOACK(0),
              TAG_END());
}

void ToyApp::behave(const ToyEvent& event) {
  if (event.event == nua_i_invite) incoming = event.handle;
  if (event.event == nua_r_invite && event.status == 200 && acks) nua_ack(event.handle, TAG_END());
  if ((event.event == nua_r_invite || event.event == nua_r_register) &&
      (event.status == 401 || event.status == 407)) {
    const std::string auth = fmt::format("Digest:\"onhook\":alice:{}", secret);
    nua_authenticate(event.handle, NUTAG_AUTH(auth.c_str()), TAG_END());
  }
  if (event.event == nua_r_shutdown && event.status >= 200) su_root_break(root);
}

void ToyApp::callback(nua_event_t event, int status, char const*, nua_t* nua, nua_magic_t* magic,
                      nua_handle_t* handle, nua_hmagic_t*, sip_t const* sip, tagi_t tags[]) {
  auto* app = reinterpret_cast<ToyApp*>(magic);
  std::string line = fmt::format("{} {}", nua_event_name(event) + 4, status);
  if (const tagi_t* t = tl_find(tags, nutag_callstate))
    line += fmt::format(" {}", nua_callstate_name(static_cast<nua_callstate>(t->t_value)));
  if (const tagi_t* t = tl_find(tags, nutag_substate))
    line += fmt::format(" {}", nua_substate_name(static_cast<nua_substate>(t->t_value)));
  app->events.push_back(line);
  const ToyEvent seen{event, status, handle, sip, nua_current_request(nua)};
  app->behave(seen);
  if (app->on_event) app->on_event(seen);
}

ToyWorld::ToyWorld(std::uint64_t seed, bool cancel_as_rfc2543, std::vector<Reaction> bob_reacts,
                   std::string bob_password, FakeNua::Retransmission retransmission)
    : env(std::make_unique<BatonEnv>(seed)), nua(std::make_unique<FakeNua>(*env, retransmission)) {
  NuaApi::make_current(nua.get());
  bob = std::make_unique<SipPeer>(
      *env, nua->network(),
      SipPeerConfig{"bob", {0x7f000001, 5070}, {0x7f000001, 40000}, std::move(bob_password), {}});
  bob->set_reactions(std::move(bob_reacts));
  alice = std::make_unique<ToyApp>(*env, "alice", cancel_as_rfc2543);
  run();
}

ToyWorld::~ToyWorld() {
  env->unwind();  // the threads still use the rest
  bob.reset();
}

void ToyWorld::run(TimeNs duration) { env->run(env->now() + duration); }

void ToyWorld::bob_sends(const std::string& method, TimeNs when,
                         std::map<std::string, std::string> attributes) {
  bob->play({"bob", Window::exactly(when), "sends", method, std::move(attributes)});
}

nua_handle_t* ToyWorld::call_bob() {
  nua_handle_t* handle = alice->new_handle();
  alice->invite(handle, bob->uri());
  run();
  return handle;
}

void ToyWorld::shut_down() {
  nua_shutdown(alice->nua);
  run(40 * kSecond);
}

}  // namespace onhook::fakes::testing
