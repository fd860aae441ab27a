// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/sip_peer/peer_sdp.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "fakes/nua/sip_text.h"

namespace onhook::fakes {
namespace {

struct Stream {
  std::string kind;  ///< "audio"
  std::string port;
  std::string protocol;  ///< "RTP/AVP"
  std::vector<std::string> formats;
  std::vector<std::string> attributes;  ///< without "a="
};

struct Description {
  std::vector<std::string> attributes;  ///< of the session
  std::vector<Stream> streams;
};

Description read(std::string_view text) {
  Description out;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.starts_with("m=")) {
      std::istringstream words(line.substr(2));
      Stream stream;
      words >> stream.kind >> stream.port >> stream.protocol;
      for (std::string format; words >> format;) stream.formats.push_back(format);
      out.streams.push_back(std::move(stream));
    } else if (line.starts_with("a=")) {
      auto& attributes = out.streams.empty() ? out.attributes : out.streams.back().attributes;
      attributes.push_back(line.substr(2));
    }
  }
  return out;
}

std::string session_lines(const PeerSdp& sdp) {
  return fmt::format("v=0\r\no={} 1 {} IN IP4 {}\r\ns=-\r\nc=IN IP4 {}\r\nt=0 0\r\n", sdp.user,
                     sdp.version, ip_text(sdp.rtp.ip),
                     sdp.connection.empty() ? ip_text(sdp.rtp.ip) : sdp.connection);
}

std::string more_lines(const PeerSdp& sdp) {
  return sdp.line.empty() ? std::string() : sdp.line + "\r\n";
}

/// The answer to a direction (RFC 3264 section 6.1): what is offered is met, no more.
std::string meet(const std::string& offered, const std::string& ours) {
  if (offered == "inactive" || ours == "inactive") return "inactive";
  if (offered == "sendonly") return "recvonly";
  if (offered == "recvonly") return "sendonly";
  return ours;
}

std::string direction_of(const Description& description, const Stream& stream) {
  for (const auto* attributes : {&stream.attributes, &description.attributes})
    for (const auto& attribute : *attributes)
      for (const char* word : {"sendrecv", "sendonly", "recvonly", "inactive"})
        if (attribute == word) return word;
  return "sendrecv";
}

std::string choose_format(const Stream& stream) {
  for (const char* known : {"0", "8"})
    if (std::find(stream.formats.begin(), stream.formats.end(), known) != stream.formats.end())
      return known;
  return stream.formats.front();
}

std::string accept(const PeerSdp& sdp, const Description& description, const Stream& stream) {
  const std::string format = choose_format(stream);
  std::string formats = format;
  std::string maps;
  bool mapped = false;
  for (const auto& attribute : stream.attributes) {
    if (!attribute.starts_with("rtpmap:")) continue;
    const std::string number = attribute.substr(7, attribute.find(' ') - 7);
    const bool chosen = number == format;
    const bool events = attribute.ends_with(" telephone-event/8000");
    if (!chosen && !events) continue;
    if (!chosen) formats += " " + number;
    mapped = mapped || chosen;
    maps += "a=" + attribute + "\r\n";
  }
  if (!mapped && format == "0") maps += "a=rtpmap:0 PCMU/8000\r\n";
  if (!mapped && format == "8") maps += "a=rtpmap:8 PCMA/8000\r\n";
  return fmt::format("m={} {} {} {}\r\n{}a={}\r\n{}", stream.kind, sdp.rtp.port, stream.protocol,
                     formats, maps, meet(direction_of(description, stream), sdp.direction),
                     more_lines(sdp));
}

}  // namespace

std::string make_offer(const PeerSdp& sdp) {
  return session_lines(sdp) +
         fmt::format(
             "m=audio {} RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
             "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na={}\r\n{}",
             sdp.rtp.port, sdp.direction, more_lines(sdp));
}

std::optional<std::string> make_answer(const PeerSdp& sdp, std::string_view offer) {
  const Description description = read(offer);
  std::string out = session_lines(sdp);
  bool accepted = false;
  for (const Stream& stream : description.streams) {
    const bool plain = stream.protocol == "RTP/AVP" || stream.protocol == "RTP/AVPF";
    if (!accepted && stream.kind == "audio" && stream.port != "0" && plain &&
        !stream.formats.empty()) {
      out += accept(sdp, description, stream);
      accepted = true;
    } else {
      out += fmt::format("m={} 0 {} {}\r\n", stream.kind, stream.protocol,
                         stream.formats.empty() ? "0" : stream.formats.front());
    }
  }
  if (!accepted) return std::nullopt;
  return out;
}

}  // namespace onhook::fakes
