// SPDX-License-Identifier: GPL-3.0-or-later
// The closed lists behind the objects of verbs: words of SIP, of nua and of the plugin's own API.
#include <array>

#include "harness/scenario/names.h"

namespace onhook::names {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 23> kRequests = {
    "register",    "unregister",       "subscribe", "unsubscribe",    "call",        "accept",
    "progress",    "update",           "decline",   "transfer",       "hold",        "unhold",
    "hangup",      "recording",        "info",      "message",        "dtmf_info",   "keyframe",
    "rtp_forward", "stop_rtp_forward", "reset",     "listforwarders", "send_ringing"};

// Events of the plugin, and what the core itself tells: "webrtcup", "webrtc_hangup" (the
// PeerConnection is gone), "detached", "core_error" (a request that the core or the plugin
// refused).
constexpr std::array<std::string_view, 49> kClientEvents = {"accepted",
                                                            "accepting",
                                                            "calling",
                                                            "core_error",
                                                            "declined",
                                                            "declining",
                                                            "detached",
                                                            "dtmf",
                                                            "dtmfsent",
                                                            "error",
                                                            "forwarders",
                                                            "hangingup",
                                                            "hangup",
                                                            "holding",
                                                            "incomingcall",
                                                            "info",
                                                            "infosent",
                                                            "keyframesent",
                                                            "message",
                                                            "messagedelivery",
                                                            "messagesent",
                                                            "missed_call",
                                                            "notify",
                                                            "proceeding",
                                                            "progress",
                                                            "progressed",
                                                            "progressing",
                                                            "recordingupdated",
                                                            "registered",
                                                            "registering",
                                                            "registration_failed",
                                                            "reset",
                                                            "resuming",
                                                            "ringing",
                                                            "rtp_forward",
                                                            "stop_rtp_forward",
                                                            "subscribe_failed",
                                                            "subscribe_succeeded",
                                                            "subscribing",
                                                            "transfer",
                                                            "transferring",
                                                            "unregistered",
                                                            "unregistering",
                                                            "unsubscribing",
                                                            "updated",
                                                            "updating",
                                                            "updatingcall",
                                                            "webrtc_hangup",
                                                            "webrtcup"};

constexpr std::array<std::string_view, 2> kPackets = {"rtp", "rtcp"};

constexpr std::array<std::string_view, 1> kPc = {"pc"};
constexpr std::array<std::string_view, 1> kDown = {"down"};
constexpr std::array<std::string_view, 1> kPlugin = {"plugin"};

// nua_event_t of sofia-sip/nua.h.
constexpr std::array<std::string_view, 56> kNuaEvents = {"nua_i_ack",
                                                         "nua_i_active",
                                                         "nua_i_bye",
                                                         "nua_i_cancel",
                                                         "nua_i_chat",
                                                         "nua_i_error",
                                                         "nua_i_fork",
                                                         "nua_i_info",
                                                         "nua_i_invite",
                                                         "nua_i_media_error",
                                                         "nua_i_message",
                                                         "nua_i_method",
                                                         "nua_i_network_changed",
                                                         "nua_i_none",
                                                         "nua_i_notify",
                                                         "nua_i_options",
                                                         "nua_i_outbound",
                                                         "nua_i_prack",
                                                         "nua_i_publish",
                                                         "nua_i_refer",
                                                         "nua_i_register",
                                                         "nua_i_state",
                                                         "nua_i_subscribe",
                                                         "nua_i_subscription",
                                                         "nua_i_terminated",
                                                         "nua_i_update",
                                                         "nua_r_ack",
                                                         "nua_r_authenticate",
                                                         "nua_r_authorize",
                                                         "nua_r_bye",
                                                         "nua_r_cancel",
                                                         "nua_r_chat",
                                                         "nua_r_destroy",
                                                         "nua_r_get_params",
                                                         "nua_r_info",
                                                         "nua_r_invite",
                                                         "nua_r_message",
                                                         "nua_r_method",
                                                         "nua_r_nit_respond",
                                                         "nua_r_notifier",
                                                         "nua_r_notify",
                                                         "nua_r_options",
                                                         "nua_r_prack",
                                                         "nua_r_publish",
                                                         "nua_r_redirect",
                                                         "nua_r_refer",
                                                         "nua_r_register",
                                                         "nua_r_respond",
                                                         "nua_r_set_params",
                                                         "nua_r_shutdown",
                                                         "nua_r_subscribe",
                                                         "nua_r_terminate",
                                                         "nua_r_unpublish",
                                                         "nua_r_unregister",
                                                         "nua_r_unsubscribe",
                                                         "nua_r_update"};

// What the plugin calls (nua_*() of any revision from v0.6.1 on).
constexpr std::array<std::string_view, 22> kNuaFunctions = {"nua_ack",
                                                            "nua_authenticate",
                                                            "nua_bye",
                                                            "nua_create",
                                                            "nua_destroy",
                                                            "nua_get_params",
                                                            "nua_handle",
                                                            "nua_handle_bind",
                                                            "nua_handle_destroy",
                                                            "nua_handle_make_replaces",
                                                            "nua_info",
                                                            "nua_invite",
                                                            "nua_message",
                                                            "nua_notify",
                                                            "nua_refer",
                                                            "nua_register",
                                                            "nua_respond",
                                                            "nua_shutdown",
                                                            "nua_subscribe",
                                                            "nua_unregister",
                                                            "nua_unsubscribe",
                                                            "nua_update"};

// RFC 3261, 3262, 3311, 3428, 3515, 6086, 6665; "re-INVITE" is an INVITE inside a dialog. Behind
// them the packets that a SIP peer can send besides.
constexpr std::size_t kSipMethods = 14;
constexpr std::array<std::string_view, kSipMethods + 2> kSendable = {
    "INVITE", "re-INVITE", "ACK",     "BYE",   "CANCEL",    "OPTIONS", "REGISTER", "PRACK",
    "UPDATE", "INFO",      "MESSAGE", "REFER", "SUBSCRIBE", "NOTIFY",  "rtp",      "rtcp"};

}  // namespace

std::string_view to_string(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::none:
      return "nothing";
    case ObjectKind::request:
      return "a request of the plugin";
    case ObjectKind::client_event:
      return "an event of the client";
    case ObjectKind::pc:
      return "'pc'";
    case ObjectKind::down:
      return "'down'";
    case ObjectKind::plugin:
      return "'plugin'";
    case ObjectKind::reason:
      return "a reason";
    case ObjectKind::packet:
      return "'rtp' or 'rtcp'";
    case ObjectKind::nua_event:
      return "an event of nua";
    case ObjectKind::nua_function:
      return "a function of nua";
    case ObjectKind::sip_method:
      return "a SIP method";
    case ObjectKind::sendable:
      return "a SIP method, 'rtp', 'rtcp' or a datagram of the scenario";
    case ObjectKind::sip_message:
      return "a SIP method or a reply like '200 INVITE'";
    case ObjectKind::status_code:
      return "a status code from 100 to 699";
    case ObjectKind::function:
      return "the name of a function";
    case ObjectKind::variable:
      return "a field of the session or a global variable";
    case ObjectKind::state_key:
      return "a key of the plugin's state";
  }
  return "";
}

Words words_of(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::request:
      return kRequests;
    case ObjectKind::client_event:
      return kClientEvents;
    case ObjectKind::pc:
      return kPc;
    case ObjectKind::down:
      return kDown;
    case ObjectKind::plugin:
      return kPlugin;
    case ObjectKind::packet:
      return kPackets;
    case ObjectKind::nua_event:
      return kNuaEvents;
    case ObjectKind::nua_function:
      return kNuaFunctions;
    case ObjectKind::sip_method:
    case ObjectKind::sip_message:
      return Words(kSendable).first(kSipMethods);
    case ObjectKind::sendable:
      return kSendable;
    case ObjectKind::none:
    case ObjectKind::reason:
    case ObjectKind::status_code:
    case ObjectKind::function:
    case ObjectKind::variable:
    case ObjectKind::state_key:
      return {};
  }
  return {};
}

}  // namespace onhook::names
