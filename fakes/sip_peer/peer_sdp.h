// SPDX-License-Identifier: GPL-3.0-or-later
// The peer's side of offer and answer: one audio stream of a plain telephone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fakes/env.h"

namespace onhook::fakes {

/// What the peer puts into an SDP. `version` grows with every SDP of the call (RFC 3264 section 8).
struct PeerSdp {
  std::string user;
  Address rtp;
  int version = 1;
  std::string direction = "sendrecv";
  std::string connection;  ///< c= address instead of the RTP one: "0.0.0.0" is the old way to hold
  std::string line = {};   ///< one more of the audio stream, without its CRLF: "a=msid:bob"
};

/// PCMU, PCMA and telephone events.
std::string make_offer(const PeerSdp& sdp);
/// Accepts the first audio stream of `offer` with its first codec that the peer has (or else its
/// first), turns down the other streams; nullopt when there is nothing it could accept: no audio,
/// or only SRTP.
std::optional<std::string> make_answer(const PeerSdp& sdp, std::string_view offer);

}  // namespace onhook::fakes
