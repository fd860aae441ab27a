// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/media/protected_stream.h"

#include "fakes/media/rtp_stream.h"

namespace onhook::fakes {
namespace {

constexpr int kReplayWindow = 128;  // what Janus asks libsrtp for

}  // namespace

bool ProtectedStream::protect(const Bytes& packet) {
  RtpHeader header;
  if (!parse_rtp(packet, header)) return true;
  const auto ahead =
      static_cast<std::int16_t>(header.sequence - highest_.value_or(header.sequence));
  if (ahead <= -kReplayWindow) return false;
  if (ahead >= 0) highest_ = header.sequence;
  return true;
}

}  // namespace onhook::fakes
