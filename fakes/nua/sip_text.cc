// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/sip_text.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sofia-sip/sip_status.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace onhook::fakes {
namespace {

struct CompactName {
  std::string_view compact;
  std::string_view full;
};

/// RFC 3261 section 20, RFC 3515, RFC 3841, RFC 3892 and RFC 6665.
constexpr std::array<CompactName, 16> kCompactNames = {{{"a", "Accept-Contact"},
                                                        {"b", "Referred-By"},
                                                        {"c", "Content-Type"},
                                                        {"d", "Request-Disposition"},
                                                        {"e", "Content-Encoding"},
                                                        {"f", "From"},
                                                        {"i", "Call-ID"},
                                                        {"j", "Reject-Contact"},
                                                        {"k", "Supported"},
                                                        {"l", "Content-Length"},
                                                        {"m", "Contact"},
                                                        {"o", "Event"},
                                                        {"r", "Refer-To"},
                                                        {"s", "Subject"},
                                                        {"t", "To"},
                                                        {"v", "Via"}}};

void put(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += name;
  out += value;
  out += "\r\n";
}

void put_body(std::string& out, std::string_view content_type, std::string_view body) {
  if (!body.empty()) put(out, "Content-Type: ", content_type);
  fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n\r\n", body.size());
  out += body;
}

/// Takes the next line off `rest`, without its end.
std::string_view take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string ip_text(std::uint32_t ip) {
  return fmt::format("{}.{}.{}.{}", ip >> 24, (ip >> 16) & 255, (ip >> 8) & 255, ip & 255);
}

std::string address_text(Address address) {
  return fmt::format("{}:{}", ip_text(address.ip), address.port);
}

std::optional<std::uint32_t> parse_ip(std::string_view text) {
  in_addr raw{};
  if (inet_pton(AF_INET, std::string(text).c_str(), &raw) != 1) return std::nullopt;
  return ntohl(raw.s_addr);
}

std::string compose_request(const RequestParts& parts) {
  std::string out;
  out.reserve(512 + parts.body.size());
  fmt::format_to(std::back_inserter(out), "{} {} SIP/2.0\r\nVia: SIP/2.0/UDP {}\r\n", parts.method,
                 parts.uri, parts.via);
  put(out, "Route: ", parts.route);
  out += "Max-Forwards: 70\r\n";
  put(out, "From: ", parts.from);
  put(out, "To: ", parts.to);
  put(out, "Call-ID: ", parts.call_id);
  fmt::format_to(std::back_inserter(out), "CSeq: {} {}\r\n", parts.cseq, parts.method);
  put(out, "Contact: ", parts.contact);
  out += parts.extra;
  put_body(out, parts.content_type, parts.body);
  return out;
}

std::string compose_response(const SipMessage& request, const ResponseParts& parts) {
  std::string out;
  out.reserve(512 + parts.body.size());
  const std::string_view phrase =
      parts.phrase.empty() ? std::string_view(sip_status_phrase(parts.status)) : parts.phrase;
  fmt::format_to(std::back_inserter(out), "SIP/2.0 {} {}\r\n", parts.status, phrase);
  // One pass: the headers that RFC 3261 section 8.2.6.2 wants copied.
  std::string_view rest = request.text();
  for (take_line(rest);;) {
    const std::string_view line = take_line(rest);
    if (line.empty()) break;
    const bool is_to = line.starts_with("To:");
    if (!is_to && !line.starts_with("Via:") && !line.starts_with("From:") &&
        !line.starts_with("Call-ID:") && !line.starts_with("CSeq:") &&
        !line.starts_with("Record-Route:"))
      continue;
    out += line;
    if (is_to && !parts.to_tag.empty() && request.to_tag().empty()) {
      out += ";tag=";
      out += parts.to_tag;
    }
    out += "\r\n";
  }
  put(out, "Contact: ", parts.contact);
  out += parts.extra;
  put_body(out, parts.content_type, parts.body);
  return out;
}

std::string with_full_names(std::string_view message) {
  std::string out;
  out.reserve(message.size() + 64);
  out += take_line(message);
  out += "\r\n";
  for (;;) {
    const std::string_view line = take_line(message);
    if (line.empty()) break;
    const auto compact = std::ranges::find(
        kCompactNames, line.substr(0, line.find_first_of(": \t")), &CompactName::compact);
    if (compact == kCompactNames.end()) {
      out += line;
    } else {
      out += compact->full;
      out += line.substr(1);
    }
    out += "\r\n";
  }
  out += "\r\n";
  out += message;
  return out;
}

std::string header_lines(std::string_view message, std::string_view name) {
  std::string out;
  for (take_line(message);;) {
    const std::string_view line = take_line(message);
    if (line.empty()) return out;
    if (line.size() > name.size() && line[name.size()] == ':' &&
        strncasecmp(line.data(), name.data(), name.size()) == 0) {
      out += line;
      out += "\r\n";
    }
  }
}

std::string header_value(std::string_view message, std::string_view name) {
  const std::string lines = header_lines(message, name);
  const std::string_view first = std::string_view(lines).substr(0, lines.find('\r'));
  const auto value = first.find_first_not_of(' ', name.size() + 1);
  return value == std::string_view::npos ? std::string() : std::string(first.substr(value));
}

std::optional<Address> rtp_address(std::string_view sdp) {
  Address found;
  bool in_media = false;
  bool has_ip = false;
  while (!sdp.empty()) {
    const std::string_view line = take_line(sdp);
    if (line.starts_with("c=IN IP4 ")) {
      if (const auto ip = parse_ip(line.substr(9, line.find('/') - 9))) {
        found.ip = *ip;
        has_ip = true;
      }
    } else if (line.starts_with("m=")) {
      if (in_media) break;
      in_media = true;
      const auto space = line.find(' ');
      if (space == std::string_view::npos) return std::nullopt;
      std::from_chars(line.data() + space + 1, line.data() + line.size(), found.port);
    }
  }
  if (!in_media || !has_ip || found.port == 0) return std::nullopt;
  return found;
}

}  // namespace onhook::fakes
