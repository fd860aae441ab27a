// SPDX-License-Identifier: GPL-3.0-or-later
// The machine's network interfaces, as getifaddrs(), if_nametoindex() and routing see them.
#pragma once

#include <net/if.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/kernel/net_address.h"

namespace onhook {

struct InterfaceAddress {
  IpAddress ip;
  unsigned prefix_bits = 0;  ///< of 32 for IPv4, of 128 for IPv6
};

struct Interface {
  std::string name;
  unsigned index = 0;  ///< >= 1
  unsigned flags = IFF_UP | IFF_RUNNING;
  std::vector<InterfaceAddress> addresses;
};

/// "lo" (127.0.0.1/8, ::1/128) and "eth0" (10.0.0.1/24, fd00::1/64).
std::vector<Interface> default_interfaces();

class Interfaces {
 public:
  explicit Interfaces(std::vector<Interface> list) : list_(std::move(list)) {}

  const std::vector<Interface>& list() const { return list_; }
  /// True if a datagram to `ip` stays on this machine: all of 127/8, and every interface's own.
  bool is_local(const IpAddress& ip) const;
  /// The source address that routing chooses for `destination`; nullopt: unreachable.
  std::optional<IpAddress> source_for(const IpAddress& destination) const;
  /// 0 when there is none.
  unsigned index_of(std::string_view name) const;

 private:
  std::vector<Interface> list_;
};

/// The netmask of `address`, as an address of the same family.
IpAddress netmask(const InterfaceAddress& address);

}  // namespace onhook
