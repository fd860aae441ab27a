// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/sofia/sofia_peer.h"

#include <fmt/format.h>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/soa_tag.h>
#include <sofia-sip/su.h>

#include <algorithm>
#include <cstdlib>

#include "fakes/nua/sip_text.h"
#include "fakes/sip_peer/peer_sdp.h"
#include "fakes/sofia/sofia_call.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

/// Who is called over UDP is not called over TCP because a request is long (RFC 3261, 18.1.1).
constexpr int kLargestDatagram = 65'535;

bool is_request(nua_event_t event) {
  switch (event) {
    case nua_i_invite:
    case nua_i_cancel:
    case nua_i_ack:
    case nua_i_bye:
    case nua_i_info:
    case nua_i_message:
    case nua_i_options:
    case nua_i_prack:
    case nua_i_update:
    case nua_i_notify:
    case nua_i_refer:
      return true;
    default:
      return false;
  }
}

}  // namespace

SofiaPeer::SofiaPeer(Env& env, SipNetwork& network, SipPeerConfig config)
    : env_(env), network_(network), config_(std::move(config)) {
  env_.spawn(config_.name, [this] { run(); });
}

void SofiaPeer::run() {
  su_init();
  su_root_t* root = ONHOOK_SOFIA(su_root_create)(nullptr);
  env_.name_next_thread("nua " + config_.name);
  const std::string url = fmt::format("sip:{}", address_text(config_.sip));
  nua_ = ONHOOK_SOFIA(nua_create)(root, on_event, reinterpret_cast<nua_magic_t*>(this),
                                  NUTAG_URL(url.c_str()), NUTAG_M_USERNAME(config_.name.c_str()),
                                  NUTAG_AUTOALERT(0), NUTAG_AUTOANSWER(0), NUTAG_APPL_METHOD("BYE"),
                                  NTATAG_UDP_MTU(kLargestDatagram), TAG_END());
  if (nua_ == nullptr) env_.unmodelled("a SIP peer without a place: " + url);
  ONHOOK_SOFIA(su_root_run)(root);
}

// Reactions and instructions ---------------------------------------------------------------------

void SofiaPeer::set_reactions(std::vector<Reaction> reactions) {
  std::erase_if(reactions, [this](const Reaction& r) { return r.actor != config_.name; });
  for (const Reaction& r : reactions) {
    const bool known = (r.trigger == "INVITE" || r.trigger == "BYE") && r.attributes.empty() &&
                       (r.verb == "replies" || r.verb == "ignores");
    if (!known)
      env_.unmodelled(
          fmt::format("a real user agent that on {} {} {}", r.trigger, r.verb, r.object));
  }
  reactions_ = std::move(reactions);
}

const Reaction* SofiaPeer::reaction_to(std::string_view trigger) const {
  const auto found = std::ranges::find(reactions_, trigger, &Reaction::trigger);
  return found == reactions_.end() ? nullptr : &*found;
}

void SofiaPeer::play(const Instruction& instruction) {
  if (instruction.verb != verb::kSends)
    env_.unmodelled(
        fmt::format("a real user agent that {} {}", instruction.verb, instruction.object));
  env_.after(instruction.window, {config_.name, verb::kSends, instruction.object},
             [this, method = instruction.object, attributes = instruction.attributes] {
               send(method, attributes);
             });
}

void SofiaPeer::send(const std::string& method,
                     const std::map<std::string, std::string>& attributes) {
  if (method == "INVITE") return call(attributes.at("to"), Offer::with_sdp);
  if (calls_.empty()) return;
  nua_handle_t* handle = calls_.back().handle;
  if (method == "BYE") return ONHOOK_SOFIA(nua_bye)(handle, TAG_END());
  if (method == "CANCEL") return ONHOOK_SOFIA(nua_cancel)(handle, TAG_END());
  if (method == "INFO") return ONHOOK_SOFIA(nua_info)(handle, TAG_END());
  if (method == "MESSAGE") return ONHOOK_SOFIA(nua_message)(handle, TAG_END());
  if (method == "OPTIONS") return ONHOOK_SOFIA(nua_options)(handle, TAG_END());
  env_.unmodelled("a real user agent that sends " + method);
}

void SofiaPeer::call(std::string_view uri, Offer offer) {
  const std::string_view user = uri.substr(uri.find(':') + 1, uri.find('@') - uri.find(':') - 1);
  const auto at = network_.address_of_user(user);
  if (!at) env_.unmodelled(fmt::format("a SIP peer that calls \"{}\", who is not there", uri));
  const std::string to = fmt::format("sip:{}@{}{}", user, address_text(*at),
                                     network_.is_tcp_user(user) ? ";transport=tcp" : "");
  nua_handle_t* handle = ONHOOK_SOFIA(nua_handle)(nua_, nullptr, NUTAG_URL(to.c_str()),
                                                  SIPTAG_TO_STR(to.c_str()), TAG_END());
  call_of(handle).state = CallState::calling;
  const std::string own = sdp();
  ONHOOK_SOFIA(nua_invite)
  (handle, TAG_IF(offer == Offer::with_sdp, SOATAG_USER_SDP_STR(own.c_str())), TAG_END());
}

// Events -----------------------------------------------------------------------------------------

void SofiaPeer::on_event(nua_event_t event, int status, char const* /*phrase*/, nua_t* /*nua*/,
                         nua_magic_t* magic, nua_handle_t* handle, nua_hmagic_t* /*handle_magic*/,
                         sip_t const* sip, tagi_t tags[]) {
  SofiaPeer& self = *reinterpret_cast<SofiaPeer*>(magic);
  if (event == nua_i_state) return self.on_state(handle, tags);
  if (sip == nullptr) return;
  if (is_request(event)) return self.on_request(event, handle, *sip);
  if (sip->sip_status == nullptr || sip->sip_cseq == nullptr) return;
  self.env_.step({self.config_.name, verb::kGets,
                  fmt::format("{} {}", status, sip->sip_cseq->cs_method_name)});
  if (event == nua_r_invite && sip->sip_payload != nullptr)
    self.call_of(handle).remote_rtp = rtp_address(sip->sip_payload->pl_data);
}

void SofiaPeer::on_request(nua_event_t event, nua_handle_t* handle, const sip_t& sip) {
  const bool has_body = sip.sip_payload != nullptr;
  env_.step({config_.name, verb::kGets, sip.sip_request->rq_method_name});
  if (event == nua_i_invite || event == nua_i_ack) {
    Call& call = call_of(handle);
    if (has_body) call.remote_rtp = rtp_address(sip.sip_payload->pl_data);
    // A re-INVITE is answered like the first.
    if (event == nua_i_invite) answer_invite(handle);
  }
  if (event == nua_i_bye) answer_bye(handle);
}

void SofiaPeer::on_state(nua_handle_t* handle, const tagi_t* tags) {
  const tagi_t* state = tl_find(tags, nutag_callstate);
  if (state == nullptr) return;
  switch (static_cast<nua_callstate>(state->t_value)) {
    case nua_callstate_init:
    case nua_callstate_terminated:
      call_of(handle).state = CallState::idle;
      break;
    case nua_callstate_received:
    case nua_callstate_early:
    case nua_callstate_proceeding:
      call_of(handle).state = CallState::ringing;
      break;
    case nua_callstate_ready:
      call_of(handle).state = CallState::incall;
      break;
    case nua_callstate_terminating:
      call_of(handle).state = CallState::ending;
      break;
    default:
      break;
  }
}

void SofiaPeer::answer_invite(nua_handle_t* handle) {
  const Reaction* reaction = reaction_to("INVITE");
  if (reaction == nullptr) {
    for (const int status : {180, 200}) {
      env_.note({config_.name, verb::kReplies, fmt::format("{}, INVITE", status)});
      respond(handle, status, nullptr);
    }
  } else if (reaction->verb == "replies") {
    const int status = std::atoi(reaction->object.c_str());
    env_.after(reaction->window, {config_.name, verb::kReplies, fmt::format("{}, INVITE", status)},
               [this, handle, status] { respond(handle, status, nullptr); });
  }
}

void SofiaPeer::answer_bye(nua_handle_t* handle) {
  const Reaction* reaction = reaction_to("BYE");
  if (reaction != nullptr && reaction->verb == "ignores") return;
  const int status = reaction == nullptr ? 200 : std::atoi(reaction->object.c_str());
  const auto bye = std::make_shared<std::array<nua_saved_event_t, 1>>();
  if (ONHOOK_SOFIA(nua_save_event)(nua_, bye->data()) == 0)
    env_.unmodelled("a BYE that cannot be answered later");
  env_.after(reaction == nullptr ? Window{} : reaction->window,
             {config_.name, verb::kReplies, fmt::format("{}, BYE", status)},
             [this, handle, status, bye] {
               respond(handle, status, bye->data());
               ONHOOK_SOFIA(nua_destroy_event)(bye->data());
             });
}

void SofiaPeer::respond(nua_handle_t* handle, int status, nua_saved_event_t* bye) {
  const std::string own = sdp();
  const bool has_sdp = bye == nullptr && status > 180 && status < 300;
  ONHOOK_SOFIA(nua_respond)
  (handle, status, sip_status_phrase(status), TAG_IF(bye != nullptr, NUTAG_WITH_SAVED(bye)),
   TAG_IF(has_sdp, SOATAG_USER_SDP_STR(own.c_str())), TAG_END());
}

// State ------------------------------------------------------------------------------------------

SofiaPeer::Call& SofiaPeer::call_of(nua_handle_t* handle) {
  const auto found = std::ranges::find(calls_, handle, &Call::handle);
  if (found != calls_.end()) return *found;
  calls_.push_back({handle, CallState::idle, std::nullopt});
  return calls_.back();
}

SipActor::CallState SofiaPeer::call_state() const {
  return calls_.empty() ? CallState::idle : calls_.back().state;
}

std::size_t SofiaPeer::open_calls() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      calls_, [](const Call& call) { return call.state != CallState::idle; }));
}

std::string SofiaPeer::uri() const {
  return fmt::format("sip:{}@{}", config_.name, address_text(config_.sip));
}

std::optional<Address> SofiaPeer::remote_rtp() const {
  return calls_.empty() || calls_.back().state == CallState::idle ? std::nullopt
                                                                  : calls_.back().remote_rtp;
}

std::string SofiaPeer::sdp() const {
  return make_offer({.user = config_.name, .rtp = config_.rtp, .connection = ""});
}

}  // namespace onhook::fakes
