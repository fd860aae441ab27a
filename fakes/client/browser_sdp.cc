// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/client/browser_sdp.h"

#include <fmt/format.h>

namespace onhook::fakes {
namespace {

std::string session_part(int version) {
  return fmt::format("v=0\r\no=- 20518 {} IN IP4 1.1.1.1\r\ns=-\r\nt=0 0\r\n", version);
}

std::string audio_part(int mid) {
  return fmt::format(
      "m=audio 9 UDP/TLS/RTP/SAVPF 0 8 101\r\nc=IN IP4 1.1.1.1\r\na=mid:{}\r\na=sendrecv\r\n"
      "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n",
      mid);
}

std::string video_part(int mid) {
  return fmt::format(
      "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 1.1.1.1\r\na=mid:{}\r\na=sendrecv\r\n"
      "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\n",
      mid);
}

std::string_view word_at(std::string_view text, int index) {
  while (index-- > 0) {
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos) return {};
    text.remove_prefix(blank + 1);
  }
  return text.substr(0, text.find(' '));
}

/// "m=audio 6000 RTP/AVP 0 8" refused: "m=audio 0 RTP/AVP 0".
std::string refused_part(std::string_view m_line) {
  return fmt::format("{} 0 {} {}\r\n", word_at(m_line, 0), word_at(m_line, 2), word_at(m_line, 3));
}

}  // namespace

std::string browser_offer(BrowserMedia media, int version) {
  std::string sdp = session_part(version) + audio_part(0);
  if (media == BrowserMedia::audio_and_video) sdp += video_part(1);
  return sdp;
}

std::string browser_answer(std::string_view offer, BrowserMedia media, int version) {
  std::string sdp = session_part(version);
  int mid = 0;
  while (!offer.empty()) {
    const std::size_t end = offer.find('\n');
    std::string_view line = offer.substr(0, end);
    offer.remove_prefix(end == std::string_view::npos ? offer.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.starts_with("m=")) continue;
    const bool wanted = word_at(line, 1) != "0";
    if (wanted && line.starts_with("m=audio "))
      sdp += audio_part(mid);
    else if (wanted && line.starts_with("m=video ") && media == BrowserMedia::audio_and_video)
      sdp += video_part(mid);
    else
      sdp += refused_part(line);
    ++mid;
  }
  return sdp;
}

}  // namespace onhook::fakes
