// SPDX-License-Identifier: GPL-3.0-or-later
// Composing SIP messages as text. Both ends of the signalling use it; parsing is sofia-sip's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fakes/env.h"
#include "fakes/nua/sip_message.h"

namespace onhook::fakes {

/// "127.0.0.1"; with a port "127.0.0.1:5070".
std::string ip_text(std::uint32_t ip);
std::string address_text(Address address);
/// The inverse of ip_text(); nullopt for a name.
std::optional<std::uint32_t> parse_ip(std::string_view text);

/// What a request is made of. Every field but `extra` is one header value; `extra` is whole lines.
struct RequestParts {
  std::string_view method;
  std::string uri;
  std::string via;   ///< "127.0.0.1:5070;rport;branch=z9hG4bK..." without the protocol
  std::string from;  ///< with its tag
  std::string to;    ///< with its tag, if it has one
  std::string call_id;
  std::uint32_t cseq = 1;
  std::string contact;  ///< "" for none
  std::string route;    ///< value of one Route header, "" for none
  std::string extra;    ///< further header lines, each ended by CRLF
  std::string content_type;
  std::string body;
};
std::string compose_request(const RequestParts& parts);

/// What a response adds to what it takes over from its request.
struct ResponseParts {
  int status = 200;
  std::string_view phrase;  ///< "" for the standard one
  std::string_view to_tag;  ///< given to a To without one; "" for none (100 Trying)
  std::string contact;
  std::string extra;
  std::string content_type;
  std::string body;
};
std::string compose_response(const SipMessage& request, const ResponseParts& parts);

/// The message with full names of headers where it has compact ones (RFC 3261 section 7.3.3).
std::string with_full_names(std::string_view message);

/// Lines of a header by its full name, CRLF included, in order: "Via: ...\r\n".
std::string header_lines(std::string_view message, std::string_view name);

/// The value of the first header with that full name; "" without one.
std::string header_value(std::string_view message, std::string_view name);

/// Where an SDP wants the audio (or else the first stream): address and port of its m= line;
/// nullopt without one, or with port 0.
std::optional<Address> rtp_address(std::string_view sdp);

}  // namespace onhook::fakes
