// SPDX-License-Identifier: GPL-3.0-or-later
// What the model of SRTP puts behind a packet instead of protecting it (RFC 3711, section 3.1):
// harness/interpose/srtp.cc adds it for the plugin, the SIP peer's end looks for it.
#pragma once

#include <string_view>

namespace onhook::fakes {

inline constexpr std::string_view kSrtpTag = "SRTP's tag";  // 80 bits

}  // namespace onhook::fakes
