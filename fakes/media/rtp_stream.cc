// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/media/rtp_stream.h"

namespace onhook::fakes {
namespace {

constexpr std::uint8_t kVersion2 = 0x80;
constexpr std::uint8_t kMarker = 0x80;
constexpr std::size_t kRtpHeaderBytes = 12;
constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kFiller = 0xff;  // silence in PCMU

void put(Bytes& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t take(const Bytes& in, std::size_t at, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = (value << 8) | in[at + i];
  return value;
}

}  // namespace

RtpStream::RtpStream(std::uint32_t ssrc, RtpFormat format)
    : format_(format),
      ssrc_(ssrc),
      sequence_(static_cast<std::uint16_t>(ssrc * 31u)),
      timestamp_(ssrc * 2654435761u) {}

Bytes RtpStream::next_rtp() {
  Bytes packet;
  packet.reserve(kRtpHeaderBytes + format_.payload_bytes);
  const std::uint8_t marker = packets_ == 0 ? kMarker : 0;
  put(packet, kVersion2, 1);
  put(packet, static_cast<std::uint8_t>(marker | format_.payload_type), 1);
  put(packet, sequence_, 2);
  put(packet, timestamp_, 4);
  put(packet, ssrc_, 4);
  packet.resize(kRtpHeaderBytes + format_.payload_bytes, kFiller);
  ++sequence_;
  ++packets_;
  payload_octets_ += static_cast<std::uint32_t>(format_.payload_bytes);
  pause(format_.packet_ms);
  return packet;
}

void RtpStream::pause(std::uint32_t milliseconds) {
  timestamp_ += format_.clock_rate_hz / 1000 * milliseconds;
}

void RtpStream::skip(std::uint32_t packets) {
  sequence_ = static_cast<std::uint16_t>(sequence_ + packets);
  pause(format_.packet_ms * packets);
}

Bytes RtpStream::sender_report(TimeNs now) const {
  Bytes packet;
  put(packet, kVersion2, 1);
  put(packet, kSenderReport, 1);
  put(packet, 6, 2);  // length in words, less one
  put(packet, ssrc_, 4);
  put(packet, static_cast<std::uint64_t>(now / kSecond), 4);
  put(packet, (static_cast<std::uint64_t>(now % kSecond) << 32) / kSecond, 4);
  put(packet, timestamp_, 4);
  put(packet, packets_, 4);
  put(packet, payload_octets_, 4);
  return packet;
}

bool is_rtcp(const Bytes& packet) {
  return packet.size() >= 8 && (packet[0] & 0xc0) == kVersion2 && packet[1] >= 192 &&
         packet[1] <= 223;
}

bool parse_rtp(const Bytes& packet, RtpHeader& header) {
  if (packet.size() < kRtpHeaderBytes || (packet[0] & 0xc0) != kVersion2 || is_rtcp(packet))
    return false;
  header.payload_type = packet[1] & 0x7f;
  header.marker = (packet[1] & kMarker) != 0;
  header.sequence = static_cast<std::uint16_t>(take(packet, 2, 2));
  header.timestamp = take(packet, 4, 4);
  header.ssrc = take(packet, 8, 4);
  return true;
}

}  // namespace onhook::fakes
