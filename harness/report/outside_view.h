// SPDX-License-Identifier: GPL-3.0-or-later
// What an execution looks like to those who stand outside of the server: the part of its trace that
// can be compared with what was seen of another stack (`onhook likeness`).
//
// There are three kinds of observers, and each is sure of its own order alone. So a view is a row
// of words for each observer, and nothing is said of two deeds that different ones saw:
//
//   alice        a client: its own acts ("requests hangup", "closes pc"), each event
//                that it gets ("receives hangup, code 200, reason to BYE") with the request that
//                the event answers ("answered call 2"), and what the core tells it of its
//                PeerConnection
//   media of alice   the client's end of the PeerConnection: "connects pc", "ice_fails". What comes
//                over the media and what comes over the signalling overtake each other: a server
//                that has the last word of the DTLS handshake may say "webrtcup" first
//   bob          a SIP peer, the wire: "gets INVITE", "replies 200, INVITE", "sends BYE"
//   sip alice    a thread of the plugin, by its lane: what its stack tells it ("delivers
//                nua_i_state, callstate terminated, status 200")
//   siprtp alice     ... when the relay threads of that name begin and end: "starts", "exits"
//   core of alice    the core's part: "dtls_alert", "hangup_media DTLS alert"
//
// Threads are observers of their own, because a search by partial-order reduction plays independent
// steps of two threads in one order only: what it proves complete is complete for such views.
//
// Dropped are, of the facts above, what one stack has and another has not or names otherwise:
// times, handles' numbers, phrases of callbacks, arguments of requests. Ports, tags, branches and
// Call-IDs never were in a trace. Other verbs are left out altogether: what happens inside (calls,
// status, sets, logs), what the real server does not show (setup_media, close_pc), what the
// client's "receives" repeats (pc_closes), media (hears, drops) and "awaits", which events
// overtake.
//
// Retransmissions (RFC 3261, section 17) are seen by some peers and kept from others by their
// stack, so a repetition is dropped: a request got or sent again before its final answer, an answer
// given again to the same request, and what the trace itself calls a repetition ("gets BYE, again":
// one that crosses its answer). So are "100 Trying", which is for the next hop alone
// (section 8.2.6.1), and the ACK that a peer sends, which its stack may send by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/trace/event.h"

namespace onhook {

/// One thing that one observer saw.
struct Seen {
  std::string observer;
  std::string what;
  std::size_t fact = 0;  ///< index into the trace
};

/// In the order of the trace; what its first `set_up` facts show stands before, sorted, because a
/// simulation plays its set-up in one order only and tells nothing of others.
std::vector<Seen> seen_from_outside(const Trace& trace, std::size_t set_up = 0);

/// By observer.
using OutsideView = std::map<std::string, std::vector<std::string>>;

OutsideView view_of(const std::vector<Seen>& seen);

/// How many executions looked so.
struct ViewCount {
  OutsideView view;
  std::uint64_t executions = 0;
};

}  // namespace onhook
