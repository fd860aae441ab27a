// SPDX-License-Identifier: GPL-3.0-or-later
// The media of a SIP peer: a pair of UDP addresses on the virtual network that sends packets to the
// plugin and counts those that it gets. RTCP is one port above RTP (RFC 3550, section 11).
//
// It has no thread and no clock; whoever owns it says when a packet goes.
#pragma once

#include <cstdint>
#include <string>

#include "fakes/env.h"
#include "fakes/media/rtp_stream.h"

namespace onhook::fakes {

class MediaEndpoint {
 public:
  /// Listens at `local` and the port above. Lives as long as `env`. What comes is told as heard by
  /// `actor`.
  MediaEndpoint(Env& env, std::string_view actor, Address local, std::uint32_t ssrc);
  MediaEndpoint(const MediaEndpoint&) = delete;
  MediaEndpoint& operator=(const MediaEndpoint&) = delete;

  /// Sends one packet to the plugin's RTP address `to`, after `lost` packets of the same stream
  /// that never arrive.
  void send_rtp(Address to, unsigned lost = 0);
  /// Sends one sender report to the RTCP port that belongs to the RTP address `to`.
  void send_rtcp(Address to);
  /// From now on its actor has asked for no media, or asks for some again.
  void hold(bool held) { held_ = held; }
  /// From now on its actor understands SRTP, or plain RTP. What it does not understand is garbage.
  void expect_srtp(bool wanted) { srtp_ = wanted; }
  /// Its RTP port is closed: each look at a socket that is connected to it finds an ICMP error.
  /// That stands for a stream of packets each of which comes back.
  void close_rtp();
  /// The same of its RTCP port alone.
  void close_rtcp();

  std::uint64_t rtp_received() const { return rtp_received_; }
  std::uint64_t rtcp_received() const { return rtcp_received_; }
  /// Packets that were neither, or came to the wrong port.
  std::uint64_t garbage_received() const { return garbage_received_; }
  /// Header of the latest RTP packet; zeros before the first.
  const RtpHeader& last_rtp() const { return last_rtp_; }

 private:
  Env& env_;
  const std::string actor_;
  const Address local_;
  bool held_ = false;
  bool srtp_ = false;
  RtpStream stream_;
  std::uint64_t rtp_received_ = 0;
  std::uint64_t rtcp_received_ = 0;
  std::uint64_t garbage_received_ = 0;
  RtpHeader last_rtp_;
};

}  // namespace onhook::fakes
