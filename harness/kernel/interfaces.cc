// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/interfaces.h"

#include <algorithm>

namespace onhook {

namespace {

constexpr unsigned kMappedBits = 96;  // how much longer an IPv4 prefix is in its mapped form

unsigned mapped_prefix_bits(const InterfaceAddress& address) {
  return address.prefix_bits + (address.ip.is_v4() ? kMappedBits : 0);
}

bool same_network(const InterfaceAddress& address, const IpAddress& ip) {
  if (address.ip.is_v4() != ip.is_v4()) return false;
  const IpAddress mask = netmask(address);
  for (std::size_t i = 0; i < ip.bytes.size(); ++i) {
    if (((address.ip.bytes[i] ^ ip.bytes[i]) & mask.bytes[i]) != 0) return false;
  }
  return true;
}

}  // namespace

std::vector<Interface> default_interfaces() {
  constexpr unsigned kUp = IFF_UP | IFF_RUNNING;
  const auto address = [](std::string_view text, unsigned prefix_bits) {
    return InterfaceAddress{*IpAddress::parse(text), prefix_bits};
  };
  return {{"lo", 1, kUp | IFF_LOOPBACK, {address("127.0.0.1", 8), address("::1", 128)}},
          {"eth0",
           2,
           kUp | IFF_BROADCAST | IFF_MULTICAST,
           {address("10.0.0.1", 24), address("fd00::1", 64)}}};
}

IpAddress netmask(const InterfaceAddress& address) {
  IpAddress mask = address.ip.is_v4() ? IpAddress::any_v4() : IpAddress::any_v6();
  const unsigned bits = mapped_prefix_bits(address);
  for (unsigned i = address.ip.is_v4() ? kMappedBits : 0; i < bits; ++i) {
    mask.bytes[i / 8] = static_cast<std::uint8_t>(mask.bytes[i / 8] | 0x80u >> i % 8);
  }
  return mask;
}

bool Interfaces::is_local(const IpAddress& ip) const {
  if (ip.is_loopback()) return true;
  return std::ranges::any_of(list_, [&](const Interface& interface) {
    return std::ranges::any_of(interface.addresses,
                               [&](const InterfaceAddress& own) { return own.ip == ip; });
  });
}

std::optional<IpAddress> Interfaces::source_for(const IpAddress& destination) const {
  if (is_local(destination)) return destination;
  const InterfaceAddress* default_route = nullptr;
  for (const Interface& interface : list_) {
    for (const InterfaceAddress& own : interface.addresses) {
      if (own.ip.is_loopback() || own.ip.is_v4() != destination.is_v4()) continue;
      if (same_network(own, destination)) return own.ip;
      if (default_route == nullptr) default_route = &own;
    }
  }
  if (default_route == nullptr) return std::nullopt;
  return default_route->ip;
}

unsigned Interfaces::index_of(std::string_view name) const {
  const auto it = std::ranges::find(list_, name, &Interface::name);
  return it != list_.end() ? it->index : 0;
}

}  // namespace onhook
