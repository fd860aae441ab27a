// SPDX-License-Identifier: GPL-3.0-or-later
// One outgoing media stream: makes RTP and RTCP packets whose headers a receiver accepts (RFC 3550,
// sections 5.1 and 6.4). Used for what the browser sends (already decrypted) and what the SIP peer
// sends. Payloads are filler; nothing here encodes sound.
#pragma once

#include <cstdint>

#include "fakes/env.h"

namespace onhook::fakes {

struct RtpFormat {
  std::uint8_t payload_type = 0;       ///< 0: PCMU (RFC 3551)
  std::uint32_t clock_rate_hz = 8000;  ///< of timestamps
  std::uint32_t packet_ms = 20;        ///< media time in a packet
  std::size_t payload_bytes = 160;     ///< size of the filler
};

class RtpStream {
 public:
  /// Sequence number and timestamp start at values drawn from `ssrc`, so that two streams differ
  /// and one stream is always the same.
  explicit RtpStream(std::uint32_t ssrc, RtpFormat format = {});

  /// The next RTP packet: 12-byte header, no CSRC, no extension; the first one has the marker bit.
  Bytes next_rtp();
  /// Skips packets, as a sender on hold does: sequence numbers stand still, time goes on.
  void pause(std::uint32_t milliseconds);
  /// Sequence numbers and time go on as if that many packets had been sent.
  void skip(std::uint32_t packets);
  /// A sender report about what has been sent so far, at virtual time `now`, without report blocks.
  Bytes sender_report(TimeNs now) const;

  std::uint32_t ssrc() const { return ssrc_; }
  std::uint16_t next_sequence() const { return sequence_; }
  std::uint32_t packets_sent() const { return packets_; }

 private:
  RtpFormat format_;
  std::uint32_t ssrc_;
  std::uint16_t sequence_;
  std::uint32_t timestamp_;
  std::uint32_t packets_ = 0;
  std::uint32_t payload_octets_ = 0;
};

/// Header fields of an RTP packet; what the fakes check on arrival.
struct RtpHeader {
  std::uint8_t payload_type = 0;
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
};

/// False unless `packet` is RTP of version 2 and not RTCP (RFC 5761, section 4).
bool parse_rtp(const Bytes& packet, RtpHeader& header);
/// True for a packet that RFC 5761 counts as RTCP.
bool is_rtcp(const Bytes& packet);

}  // namespace onhook::fakes
