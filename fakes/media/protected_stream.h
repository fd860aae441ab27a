// SPDX-License-Identifier: GPL-3.0-or-later
// What the core's SRTP makes of the packets of one stream that it is to send: nothing is encrypted,
// but one whose sequence number lies behind the replay window of those before it is refused, as
// libsrtp refuses it (RFC 3711, sections 3.3.1 and 3.3.2). A jump forward of 2^15 or more looks
// like one back. Repetitions inside the window are let through.
#pragma once

#include <cstdint>
#include <optional>

#include "fakes/env.h"

namespace onhook::fakes {

class ProtectedStream {
 public:
  /// False if the packet cannot be sent. What is no RTP is nobody's stream and passes.
  bool protect(const Bytes& packet);

 private:
  std::optional<std::uint16_t> highest_;
};

}  // namespace onhook::fakes
