// SPDX-License-Identifier: GPL-3.0-or-later
// The table of what laws can watch. Each row reads facts of one verb; monitors.cc knows only the
// readings, so a new observable is a new row.
#include <array>

#include "fakes/vocabulary.h"
#include "harness/scenario/names.h"

namespace onhook::names {
namespace {

namespace verb = fakes::verb;
using enum Observable::Reading;
using Type = ValueType;

constexpr ObservableName happens(std::string_view head, SubjectSet subjects, std::string_view verb,
                                 ObjectKind argument, std::string_view doc) {
  return {head, "", subjects, verb, "", happened, Type::boolean, argument, doc};
}

constexpr ObservableName counts(std::string_view head, SubjectSet subjects, std::string_view verb,
                                ObjectKind argument, std::string_view doc) {
  return {head, "count", subjects, verb, "", count, Type::integer, argument, doc};
}

constexpr ObjectKind kNothing = ObjectKind::none;

constexpr std::array kObservables = {
    ObservableName{"pc", "closed_count", kBrowser, verb::kPcCloses, "", count, Type::integer,
                   kNothing, "How often the core has ended the PeerConnection."},
    ObservableName{"pc", "close_reason", kBrowser, verb::kPcCloses, "", last, Type::text, kNothing,
                   "The reason of the latest end: \"Close PC\", \"DTLS alert\", \"Detach\"."},
    ObservableName{"pc", "opened_count", kBrowser, verb::kPcOpens, "", count, Type::integer,
                   kNothing, "How often the PeerConnection has come up."},
    ObservableName{"pc", "open", kBrowser, verb::kPcOpens, verb::kPcCloses, is_open, Type::boolean,
                   kNothing, "Whether the PeerConnection is up."},
    happens("dtls_alert", kBrowser, verb::kDtlsAlert, kNothing,
            "Whether the core has acted on a DTLS alert of this client."),
    counts("dtls_alert", kBrowser, verb::kDtlsAlert, kNothing, "How often it has."),
    happens("close_pc", kBrowser | kThread, verb::kClosePc, kNothing,
            "Whether the plugin has asked the core to close the PeerConnection."),
    counts("close_pc", kBrowser | kThread, verb::kClosePc, kNothing, "How often it has."),
    happens("end_session", kBrowser | kThread, verb::kEndSession, kNothing,
            "Whether the plugin has asked the core to end the session."),
    counts("end_session", kBrowser | kThread, verb::kEndSession, kNothing, "How often it has."),
    happens("hangup_media", kBrowser, verb::kHangupMedia, kNothing,
            "Whether the core has called the plugin's hangup_media."),
    counts("hangup_media", kBrowser, verb::kHangupMedia, kNothing, "How often it has."),
    happens("setup_media", kBrowser, verb::kSetupMedia, kNothing,
            "Whether the core has called the plugin's setup_media."),
    counts("setup_media", kBrowser, verb::kSetupMedia, kNothing, "How often it has."),
    happens("destroyed", kBrowser, verb::kDestroySession, kNothing,
            "Whether the core has called the plugin's destroy_session."),
    ObservableName{"status", "", kBrowser, verb::kStatus, "", state, Type::text, kNothing,
                   "The plugin's own call status: \"idle\", \"incall\", \"closing\"."},
    ObservableName{"state", "", kBrowser, verb::kObserved, "", keyed, Type::text,
                   ObjectKind::state_key,
                   "What the plugin says of its session when all is over: state(alice, "
                   "establishing) == \"0\"."},
    happens("requested", kBrowser, verb::kRequests, ObjectKind::request,
            "Whether the client has sent such a request."),
    counts("requested", kBrowser, verb::kRequests, ObjectKind::request, "How many it has sent."),
    happens("received", kBrowser, verb::kReceives, ObjectKind::client_event,
            "Whether the client has been told such an event."),
    counts("received", kBrowser, verb::kReceives, ObjectKind::client_event,
           "How many it has been told."),
    happens("heard", kBrowser | kSipPeer, verb::kHears, ObjectKind::packet,
            "Whether a media packet has reached it."),
    counts("heard", kBrowser | kSipPeer, verb::kHears, ObjectKind::packet, "How many have."),
    happens("dropped", kBrowser, verb::kDrops, ObjectKind::packet,
            "Whether the core dropped a packet for it, which SRTP takes for an old one."),
    counts("dropped", kBrowser, verb::kDrops, ObjectKind::packet, "How many it has dropped."),
    happens("got", kSipPeer, verb::kGets, ObjectKind::sip_message,
            "Whether the peer has got such a SIP message."),
    counts("got", kSipPeer, verb::kGets, ObjectKind::sip_message, "How many it has got."),
    happens("sent", kSipPeer, verb::kSends, ObjectKind::sip_method,
            "Whether the peer has sent such a SIP request."),
    counts("sent", kSipPeer, verb::kSends, ObjectKind::sip_method, "How many it has sent."),
    happens("replied", kSipPeer, verb::kReplies, ObjectKind::status_code,
            "Whether the peer has answered with this status."),
    counts("replied", kSipPeer, verb::kReplies, ObjectKind::status_code,
           "How many such answers it has sent."),
    happens("delivered", kThread, verb::kDelivers, ObjectKind::nua_event,
            "Whether such an event of nua has reached the plugin."),
    counts("delivered", kThread, verb::kDelivers, ObjectKind::nua_event,
           "How many such events have."),
    happens("called", kThread, verb::kCalls, ObjectKind::nua_function,
            "Whether the thread has called this function of nua."),
    counts("called", kThread, verb::kCalls, ObjectKind::nua_function, "How often it has."),
    counts("started", kThread, verb::kStarts, kNothing, "How many such threads have started."),
    counts("exited", kThread, verb::kExits, kNothing, "How many such threads have ended."),
    ObservableName{"running", "count", kThread, verb::kStarts, verb::kExits, balance, Type::integer,
                   kNothing, "How many such threads run."}};

}  // namespace

std::span<const ObservableName> observables() { return kObservables; }

}  // namespace onhook::names
