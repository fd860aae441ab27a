// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/net_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace onhook {

namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::uint8_t kLoopbackNetwork = 127;

}  // namespace

IpAddress IpAddress::v4(std::uint32_t host_order) {
  IpAddress address;
  std::ranges::copy(kMappedPrefix, address.bytes.begin());
  const std::uint32_t net = htonl(host_order);
  std::memcpy(address.bytes.data() + kMappedPrefix.size(), &net, sizeof net);
  return address;
}

IpAddress IpAddress::v6(const in6_addr& address) {
  IpAddress result;
  std::memcpy(result.bytes.data(), &address, sizeof address);
  return result;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  in_addr v4_address{};
  if (inet_pton(AF_INET, terminated.c_str(), &v4_address) == 1) return v4(ntohl(v4_address.s_addr));
  in6_addr v6_address{};
  if (inet_pton(AF_INET6, terminated.c_str(), &v6_address) == 1) return v6(v6_address);
  return std::nullopt;
}

bool IpAddress::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes[kMappedPrefix.size()] == kLoopbackNetwork;
  return *this == v6(in6addr_loopback);
}

bool IpAddress::is_multicast() const {
  return is_v4() ? IN_MULTICAST(to_v4()) : bytes.front() == 0xff;
}

std::uint32_t IpAddress::to_v4() const {
  std::uint32_t net = 0;
  std::memcpy(&net, bytes.data() + kMappedPrefix.size(), sizeof net);
  return ntohl(net);
}

std::string IpAddress::to_text() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (is_v4()) {
    inet_ntop(AF_INET, bytes.data() + kMappedPrefix.size(), text, sizeof text);
  } else {
    inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
  }
  return text;
}

std::string NetAddress::to_text() const {
  const std::string host = ip.to_text();
  return (ip.is_v4() ? host : "[" + host + "]") + ":" + std::to_string(port);
}

SocketName to_socket_name(const NetAddress& address, int domain) {
  SocketName name;
  if (domain == AF_INET) {
    auto& in = reinterpret_cast<sockaddr_in&>(name.storage);
    in.sin_family = AF_INET;
    in.sin_port = htons(address.port);
    in.sin_addr.s_addr = htonl(address.ip.is_v4() ? address.ip.to_v4() : INADDR_ANY);
    name.length = sizeof in;
  } else {
    auto& in6 = reinterpret_cast<sockaddr_in6&>(name.storage);
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(address.port);
    std::memcpy(&in6.sin6_addr, address.ip.bytes.data(), sizeof in6.sin6_addr);
    name.length = sizeof in6;
  }
  return name;
}

std::optional<NetAddress> from_sockaddr(const sockaddr* name, socklen_t length) {
  if (name == nullptr || length < sizeof(sa_family_t)) return std::nullopt;
  if (name->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
    sockaddr_in in;
    std::memcpy(&in, name, sizeof in);
    return NetAddress{IpAddress::v4(ntohl(in.sin_addr.s_addr)), ntohs(in.sin_port)};
  }
  // RFC 2133's shorter sockaddr_in6, without the scope, is long enough for Linux.
  constexpr socklen_t kShortSockaddrIn6 = offsetof(sockaddr_in6, sin6_scope_id);
  if (name->sa_family == AF_INET6 && length >= kShortSockaddrIn6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, name, std::min<std::size_t>(length, sizeof in6));
    return NetAddress{IpAddress::v6(in6.sin6_addr), ntohs(in6.sin6_port)};
  }
  return std::nullopt;
}

void copy_out(const SocketName& name, sockaddr* to, socklen_t* length) {
  if (length == nullptr) return;
  if (to != nullptr) std::memcpy(to, &name.storage, std::min(*length, name.length));
  *length = name.length;
}

}  // namespace onhook
