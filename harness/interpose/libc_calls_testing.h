// SPDX-License-Identifier: GPL-3.0-or-later
// For the tests of libc's calls: a world with a kernel, and sockets on its loopback.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/kernel/kernel.h"
#include "harness/sched/testing.h"

namespace onhook::testing {

inline constexpr TimeNs kMillisecond = 1'000'000;
inline constexpr TimeNs kSecond = 1'000'000'000;
inline constexpr std::uint64_t kSeeds = 40;

struct IoWorld : BareWorld {
  explicit IoWorld(std::uint64_t seed = 1)
      : BareWorld(seed),
        kernel(
            {[this](std::string_view what) { scheduler.end_from_inside(End::unmodelled, what); }}) {
    set_current_kernel(&kernel);
  }
  ~IoWorld() { set_current_kernel(nullptr); }

  void thread(const char* name, std::function<void()> body) {
    scheduler.spawn(name, "", std::move(body));
  }
  End run() { return scheduler.run(); }
  TimeNs now() const { return scheduler.now(); }

  Kernel kernel;
};

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return name;
}

inline const sockaddr* plain(const sockaddr_in& name) {
  return reinterpret_cast<const sockaddr*>(&name);
}

inline int udp_at(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  const sockaddr_in name = loopback(port);
  return bind(fd, plain(name), sizeof name) == 0 ? fd : -1;
}

inline ssize_t send_to(int fd, std::uint16_t port, std::string_view text) {
  const sockaddr_in name = loopback(port);
  return sendto(fd, text.data(), text.size(), 0, plain(name), sizeof name);
}

}  // namespace onhook::testing
