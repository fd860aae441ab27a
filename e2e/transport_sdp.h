// SPDX-License-Identifier: GPL-3.0-or-later
// The part of a WebRTC description that is about transport: ICE and DTLS (RFC 8839, RFC 8842). The
// part about media is that of fakes/client/browser_sdp.h. One transport for all streams. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onhook::e2e {

/// Who begins the DTLS handshake (RFC 8842, section 5.2); in an offer "actpass" leaves it open.
struct TransportDescription {
  std::string ufrag;
  std::string password;
  std::string fingerprint;  ///< "sha-256 AB:CD:..."
  std::string setup;        ///< "actpass", "active" or "passive"
  std::string source = {};  ///< of its media (RFC 5576): "659918 cname:alice"; "" for none
  std::vector<std::string> candidates = {};  ///< without "a="
};

/// `sdp` with the transport in each stream that is not refused.
std::string with_transport(std::string_view sdp, const TransportDescription& transport);

/// nullopt unless the user name, the password and the fingerprint are there.
std::optional<TransportDescription> read_transport(std::string_view sdp);

}  // namespace onhook::e2e
