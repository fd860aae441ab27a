// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/phone.h"

#include <glib-unix.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_glib.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_tag.h>

#include <array>
#include <memory>
#include <utility>

#include "e2e/failure.h"
#include "e2e/main_loop.h"
#include "e2e/udp_socket.h"
#include "fakes/nua/sip_text.h"
#include "fakes/sip_peer/peer_sdp.h"
#include "fakes/vocabulary.h"

namespace onhook::e2e {
namespace {

namespace verb = fakes::verb;
constexpr TimeNs kShutdown = 3'000'000'000;
constexpr std::uint32_t kSsrc = 0x0b0b;
constexpr int kTries = 20;

std::string_view body_of(const sip_t* sip) {
  if (sip == nullptr || sip->sip_payload == nullptr) return {};
  return {sip->sip_payload->pl_data, sip->sip_payload->pl_len};
}

}  // namespace

Phone::Phone(std::string name, Recorder& recorder)
    : name_(std::move(name)), recorder_(recorder), audio_(kSsrc) {
  static const int initialised = su_init();
  if (initialised != 0) throw Failure("sofia-sip does not start");
  su_log_set_level(su_log_global, 0);
  su_log_set_level(su_log_default, 0);
  open_signalling();
  open_media();
}

void Phone::open_signalling() {
  root_ = su_glib_root_create(nullptr);
  su_root_threading(root_, 0);
  g_source_attach(su_glib_root_gsource(root_), nullptr);
  // nua does not say which port it got, so it is told one that was free a moment ago.
  for (int i = 0; nua_ == nullptr && i < kTries; ++i) {
    const auto [probe, address] = open_udp();
    ::close(probe);
    sip_ = address;
    nua_ = nua_create(root_, on_nua, this, NUTAG_URL((uri() + ";transport=udp").c_str()),
                      NUTAG_MEDIA_ENABLE(0), NUTAG_APPL_METHOD("BYE"),
                      NUTAG_APPL_METHOD("REGISTER"), NUTAG_ALLOW("REGISTER"), TAG_END());
  }
  if (nua_ == nullptr) throw Failure("{}: sofia-sip opens no port on loopback", name_);
}

void Phone::open_media() {
  std::tie(socket_, rtp_) = open_udp();
  socket_source_ = g_unix_fd_add(
      socket_, G_IO_IN,
      [](int, GIOCondition, gpointer data) -> gboolean {
        static_cast<Phone*>(data)->receive_rtp();
        return G_SOURCE_CONTINUE;
      },
      this);
}

Phone::~Phone() {
  timers_.drop();  // what they hold is nua's
  if (socket_source_ != 0) g_source_remove(socket_source_);
  if (socket_ >= 0) ::close(socket_);
  if (nua_ != nullptr) {
    nua_shutdown(nua_);
    const TimeNs give_up = now() + kShutdown;
    while (!shut_down_ && now() < give_up) g_main_context_iteration(nullptr, FALSE);
    if (shut_down_) nua_destroy(nua_);
  }
  if (shut_down_) su_root_destroy(root_);
}

std::string Phone::uri_of(const std::string& user) const {
  return "sip:" + user + (user.empty() ? "" : "@") + fakes::address_text(sip_);
}

// Signalling
// ----------------------------------------------------------------------------------------------

void Phone::on_nua(nua_event_t event, int status, const char*, nua_t*, nua_magic_t* phone,
                   nua_handle_t* handle, nua_hmagic_t*, const sip_t* sip, tagi_t*) {
  guarded([&] { static_cast<Phone*>(phone)->receive(event, status, handle, sip); });
}

void Phone::receive(nua_event_t event, int status, nua_handle_t* handle, const sip_t* sip) {
  const auto gets = [this](std::string_view what) { recorder_.record(name_, verb::kGets, what); };
  const auto answer = [this](std::string_view method) {
    return answers_ ? answers_(method) : Answer{};
  };
  switch (event) {
    case nua_r_shutdown:
      shut_down_ = status >= 200;
      break;
    case nua_i_register:
      let_register(handle, sip);
      break;
    case nua_i_invite:
      gets("INVITE");
      if (call_ == nullptr) call_ = nua_handle_ref(handle);
      offer_ = body_of(sip);
      learn_media(sip);
      if (const Answer wanted = answer("INVITE"); wanted.status != 0) {
        if (wanted.status == 200) reply("INVITE", 180, handle, nullptr);
        reply_later("INVITE", wanted, handle);
      }
      break;
    case nua_r_invite:
      gets(fmt::format("{} INVITE", status));
      ringing_ = status > 100 && status < 200;
      if (status == 200) {
        learn_media(sip);
        in_call_ = true;
      }
      break;
    case nua_i_ack:
      gets("ACK");
      in_call_ = true;
      break;
    case nua_i_cancel:
      gets("CANCEL");
      break;
    case nua_i_bye:
      gets("BYE");
      in_call_ = false;
      if (const Answer wanted = answer("BYE"); wanted.status != 0)
        reply_later("BYE", wanted, handle);
      break;
    case nua_r_bye:
      gets(fmt::format("{} BYE", status));
      break;
    case nua_i_terminated:
      in_call_ = false;
      break;
    default:
      break;
  }
}

void Phone::reply_later(const char* method, Answer answer, nua_handle_t* handle) {
  if (answer.after == 0) return reply(method, answer.status, handle, nullptr);
  // The request that nua is telling of right now; later it is current no more.
  const std::shared_ptr<nua_saved_event_t> saved(new nua_saved_event_t[1], [](auto* event) {
    nua_destroy_event(event);
    delete[] event;
  });
  nua_save_event(nua_, saved.get());
  const std::shared_ptr<nua_handle_t> kept(nua_handle_ref(handle), nua_handle_unref);
  ++pending_;
  timers_.after(answer.after, [this, method, answer, kept, saved] {
    --pending_;
    reply(method, answer.status, kept.get(), saved.get());
  });
}

void Phone::reply(const char* method, int status, nua_handle_t* handle,
                  const nua_saved_event_t* saved) {
  recorder_.record(name_, verb::kReplies, fmt::format("{}, {}", status, method));
  const std::string sdp =
      status == 200 && std::string_view(method) == "INVITE" ? next_sdp(offer_) : std::string();
  nua_respond(handle, status, sip_status_phrase(status),
              TAG_IF(saved != nullptr, NUTAG_WITH_SAVED(saved)),
              TAG_IF(saved == nullptr, NUTAG_WITH_THIS(nua_)),
              TAG_IF(!sdp.empty(), SIPTAG_CONTENT_TYPE_STR("application/sdp")),
              TAG_IF(!sdp.empty(), SIPTAG_PAYLOAD_STR(sdp.c_str())), TAG_END());
}

void Phone::let_register(nua_handle_t* handle, const sip_t* sip) {
  if (sip->sip_contact != nullptr) {
    char uri[256];
    url_e(uri, sizeof uri, sip->sip_contact->m_url);
    registered_ = uri;
  }
  nua_respond(handle, SIP_200_OK, NUTAG_WITH_THIS(nua_), SIPTAG_CONTACT(sip->sip_contact),
              SIPTAG_EXPIRES_STR("3600"), TAG_END());
}

void Phone::call_registered() {
  if (registered_.empty()) throw Failure("{}: nobody has registered", name_);
  call_ = nua_handle(nua_, nullptr, SIPTAG_TO_STR(registered_.c_str()),
                     NUTAG_URL(registered_.c_str()), TAG_END());
  recorder_.record(name_, verb::kSends, "INVITE");
  nua_invite(call_, SIPTAG_CONTENT_TYPE_STR("application/sdp"),
             SIPTAG_PAYLOAD_STR(next_sdp("").c_str()), TAG_END());
}

void Phone::end_call() {
  if (call_ == nullptr) return;
  recorder_.record(name_, verb::kSends, in_call_ ? "BYE" : "CANCEL");
  in_call_ ? nua_bye(call_, TAG_END()) : nua_cancel(call_, TAG_END());
}

// Media
// ----------------------------------------------------------------------------------------------

std::string Phone::next_sdp(std::string_view offer) {
  fakes::PeerSdp sdp;
  sdp.user = name_;
  sdp.rtp = rtp_;
  sdp.version = ++sdp_version_;
  if (offer.empty()) return fakes::make_offer(sdp);
  const auto answer = fakes::make_answer(sdp, offer);
  if (!answer) throw Failure("{}: the server offers nothing that a plain telephone has", name_);
  return *answer;
}

void Phone::learn_media(const sip_t* sip) {
  if (const auto address = fakes::rtp_address(body_of(sip))) remote_rtp_ = *address;
}

void Phone::send_rtp() {
  if (remote_rtp_.port == 0) return;
  const fakes::Bytes packet = audio_.next_rtp();
  const sockaddr_in to = socket_address(remote_rtp_);
  // What nobody listens to any more is lost, as on any network.
  std::ignore = ::sendto(socket_, packet.data(), packet.size(), 0,
                         reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

void Phone::receive_rtp() {
  std::array<char, 2048> packet{};
  while (::recv(socket_, packet.data(), packet.size(), 0) > 0)
    // Media that goes on is one fact.
    if (packets_heard_++ == 0) recorder_.record(name_, verb::kHears, "rtp");
}

}  // namespace onhook::e2e
