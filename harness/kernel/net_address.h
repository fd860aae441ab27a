// SPDX-License-Identifier: GPL-3.0-or-later
// An address and port of the virtual network. IPv4 addresses are kept in their IPv4-mapped IPv6
// form (RFC 4291, section 2.5.5.2), so that one comparison serves both families.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onhook {

struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  static IpAddress v4(std::uint32_t host_order);
  static IpAddress v6(const in6_addr& address);
  static IpAddress any_v4() { return v4(INADDR_ANY); }
  static IpAddress any_v6() { return {}; }
  /// "10.0.0.1" or "fd00::1"; nullopt when it is neither. No names, no scopes.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  bool is_any() const { return *this == any_v4() || *this == any_v6(); }
  bool is_loopback() const;
  bool is_multicast() const;
  /// Host byte order; only for is_v4().
  std::uint32_t to_v4() const;
  std::string to_text() const;

  auto operator<=>(const IpAddress&) const = default;
};

struct NetAddress {
  IpAddress ip;
  std::uint16_t port = 0;  ///< host byte order

  /// "10.0.0.1:5060", "[fd00::1]:5060".
  std::string to_text() const;

  auto operator<=>(const NetAddress&) const = default;
};

/// A sockaddr with room for every family.
struct SocketName {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

/// The sockaddr of `address` for a socket of `domain` (AF_INET: only for is_v4()).
SocketName to_socket_name(const NetAddress& address, int domain);
/// What a sockaddr_in or sockaddr_in6 says; nullopt for another family or a length that is too
/// short.
std::optional<NetAddress> from_sockaddr(const sockaddr* name, socklen_t length);
/// Copies as much as fits, as getsockname() does, and stores the full length.
void copy_out(const SocketName& name, sockaddr* to, socklen_t* length);

}  // namespace onhook
