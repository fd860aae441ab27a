// SPDX-License-Identifier: GPL-3.0-or-later
// The verbs of the trace: what fakes record, what scenarios can name, what laws watch.
// One table, so that a fake cannot record what no scenario can say.
#pragma once

#include <array>
#include <string_view>

namespace onhook::fakes::verb {

// The browser client (actor = its name)
// ------------------------------------------------------------
inline constexpr std::string_view kRequests = "requests";  // detail: request name ("hangup"), ...
inline constexpr std::string_view kReceives = "receives";  // detail: event name, code N, reason R
inline constexpr std::string_view kCloses = "closes";      // detail: "pc" (the tab goes away)
inline constexpr std::string_view kDetaches = "detaches";
inline constexpr std::string_view kConnects = "connects";   // detail: "pc" (ICE and DTLS are up)
inline constexpr std::string_view kIceFails = "ice_fails";  // its end of a PC that never came up

// The core (actor = the client whose handle it is)
// -------------------------------------------------
inline constexpr std::string_view kPcOpens = "pc_opens";    // the core has set up a PeerConnection
inline constexpr std::string_view kPcCloses = "pc_closes";  // detail: the reason, verbatim
inline constexpr std::string_view kClosePc = "close_pc";    // plugin called gateway->close_pc
inline constexpr std::string_view kEndSession =
    "end_session";  // plugin called gateway->end_session
inline constexpr std::string_view kHangupMedia = "hangup_media";  // core calls plugin->hangup_media
inline constexpr std::string_view kSetupMedia = "setup_media";
inline constexpr std::string_view kCreateSession = "create_session";
inline constexpr std::string_view kDestroySession = "destroy_session";
inline constexpr std::string_view kDtlsAlert = "dtls_alert";  // the core acts on the client's alert

// The core itself (actor = the scenario's name for it)
inline constexpr std::string_view kShuts = "shuts";        // detail: "down"
inline constexpr std::string_view kDestroys = "destroys";  // detail: "plugin": calls its destroy()

// Media, at either end (detail: "rtp", "rtcp"; "rtp, while held": though the peer asked for none)
inline constexpr std::string_view kHears = "hears";
// What the core cannot protect for the browser: SRTP takes its sequence number for an old one.
inline constexpr std::string_view kDrops = "drops";

// nua
// ------------------------------------------------------------------------------------------------
inline constexpr std::string_view kCalls =
    "calls";  // plugin called nua_xxx; detail: "nua_bye, ..."
inline constexpr std::string_view kDelivers =
    "delivers";  // detail: "nua_i_state, callstate terminated, status 200"

// The SIP peer (actor = its name)
// --------------------------------------------------------------------
inline constexpr std::string_view kGets = "gets";        // detail: "BYE", "INVITE", "200 INVITE"
inline constexpr std::string_view kSends = "sends";      // detail: "BYE", "INVITE"
inline constexpr std::string_view kReplies = "replies";  // detail: "200, BYE"

// Last attribute of "sends", "replies" and "gets": the very datagram was sent before.
inline constexpr std::string_view kAgainAttribute = ", again";

// The network (actor "network"; detail as of "gets")
inline constexpr std::string_view kLoses = "loses";
inline constexpr std::string_view kDoubles = "doubles";
inline constexpr std::string_view kDelays = "delays";

// Any thread
// -----------------------------------------------------------------------------------------
inline constexpr std::string_view kStarts = "starts";
inline constexpr std::string_view kExits = "exits";
inline constexpr std::string_view kStatus =
    "status";  // detail: "incall -> closing" (from query_session)
inline constexpr std::string_view kSets = "sets";  // detail: "media.has_audio 1 -> 0"
// Only where a scenario names the function, lock or variable (harness/host/code_events.h).
inline constexpr std::string_view kEnters = "enters";    // detail: a function
inline constexpr std::string_view kLeaves = "leaves";    // detail: a function
inline constexpr std::string_view kLocks = "locks";      // detail: a field or a variable
inline constexpr std::string_view kUnlocks = "unlocks";  // detail: a field or a variable
inline constexpr std::string_view kReads = "reads";      // detail: a field or a variable
inline constexpr std::string_view kWrites = "writes";    // detail: a field or a variable
inline constexpr std::string_view kLogs = "logs";        // detail: a log line of the plugin
inline constexpr std::string_view kObserved =
    "observed";  // detail: "call_status idle", "establishing 0": the state when all is over
// The core has taken a request on (detail: "hangup 3", the client's third); an event with that
// request's transaction.
inline constexpr std::string_view kAwaits = "awaits";
inline constexpr std::string_view kAnswered = "answered";

inline constexpr std::array kAll = {
    kRequests,   kReceives,    kCloses,     kDetaches,      kPcOpens,        kPcCloses,  kClosePc,
    kEndSession, kHangupMedia, kSetupMedia, kCreateSession, kDestroySession, kDtlsAlert, kCalls,
    kDelivers,   kGets,        kSends,      kReplies,       kStarts,         kExits,     kStatus,
    kLogs,       kSets,        kConnects,   kIceFails,      kObserved,       kEnters,    kLeaves,
    kLocks,      kUnlocks,     kReads,      kWrites,        kAwaits,         kAnswered,  kHears,
    kDrops,      kShuts,       kDestroys};

}  // namespace onhook::fakes::verb
