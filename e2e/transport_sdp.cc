// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/transport_sdp.h"

#include <fmt/format.h>

#include <sstream>

namespace onhook::e2e {
namespace {

/// "m=audio 0 ..."
bool is_refused(const std::string& m_line) {
  std::istringstream words(m_line);
  std::string media;
  std::string port;
  words >> media >> port;
  return port == "0";
}

template <typename PerLine>
void for_each_line(std::string_view text, PerLine per_line) {
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    per_line(line);
  }
}

}  // namespace

std::string with_transport(std::string_view sdp, const TransportDescription& transport) {
  std::string lines = fmt::format(
      "a=rtcp-mux\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=ice-options:trickle\r\n"
      "a=fingerprint:{}\r\na=setup:{}\r\n",
      transport.ufrag, transport.password, transport.fingerprint, transport.setup);
  if (!transport.source.empty()) lines += "a=ssrc:" + transport.source + "\r\n";
  for (const std::string& candidate : transport.candidates) lines += "a=" + candidate + "\r\n";
  std::string out;
  bool accepted = false;
  for_each_line(sdp, [&](const std::string& line) {
    if (line.starts_with("m=")) accepted = !is_refused(line);
    out += line + "\r\n";
    if (accepted && line.starts_with("a=mid:")) out += lines;
  });
  return out;
}

std::optional<TransportDescription> read_transport(std::string_view sdp) {
  TransportDescription out;
  for_each_line(sdp, [&](const std::string& line) {
    const auto take = [&](std::string_view name, std::string& into) {
      if (into.empty() && line.starts_with(name)) into = line.substr(name.size());
    };
    take("a=ice-ufrag:", out.ufrag);
    take("a=ice-pwd:", out.password);
    take("a=fingerprint:", out.fingerprint);
    take("a=setup:", out.setup);
    take("a=ssrc:", out.source);
    if (line.starts_with("a=candidate:")) out.candidates.push_back(line.substr(2));
  });
  if (out.ufrag.empty() || out.password.empty() || out.fingerprint.empty()) return std::nullopt;
  return out;
}

}  // namespace onhook::e2e
