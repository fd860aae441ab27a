// SPDX-License-Identifier: GPL-3.0-or-later
// A UDP socket on loopback with a port that the kernel chose.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "e2e/failure.h"
#include "fakes/env.h"

namespace onhook::e2e {

inline sockaddr_in socket_address(fakes::Address address) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_addr.s_addr = htonl(address.ip);
  out.sin_port = htons(address.port);
  return out;
}

/// The socket, not blocking, and its address.
inline std::pair<int, fakes::Address> open_udp() {
  const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address = socket_address({INADDR_LOOPBACK, 0});
  socklen_t size = sizeof address;
  if (::bind(made, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(made, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw Failure("no UDP socket on loopback: {}", std::strerror(errno));
  return {made, {INADDR_LOOPBACK, ntohs(address.sin_port)}};
}

}  // namespace onhook::e2e
