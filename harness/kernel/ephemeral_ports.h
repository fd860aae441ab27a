// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace onhook {

/// The ports that one protocol gives out by itself: those of net.ipv4.ip_local_port_range. Linux
/// picks at random within it; ascending order is as legitimate, and the same in every run.
class EphemeralPorts {
 public:
  /// The next one that `is_free` says of; 0: none left.
  template <class IsFree>
  std::uint16_t next(const IsFree& is_free) {
    for (int tried = 0; tried <= kLast - kFirst; ++tried) {
      const std::uint16_t port = cursor_;
      cursor_ = port == kLast ? kFirst : static_cast<std::uint16_t>(port + 1);
      if (is_free(port)) return port;
    }
    return 0;
  }

 private:
  static constexpr std::uint16_t kFirst = 32768;
  static constexpr std::uint16_t kLast = 60999;
  std::uint16_t cursor_ = kFirst;
};

}  // namespace onhook
