// SPDX-License-Identifier: GPL-3.0-or-later
// Short words for the kernel's unit tests: a kernel of one's own, calls that read like system
// calls.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

#include "harness/kernel/kernel.h"
#include "harness/kernel/poll_wait.h"
#include "harness/kernel/socket.h"

namespace onhook::testing {

/// What a test sees instead of the end of the run.
struct Unmodelled : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline KernelServices throwing_services() {
  return {[](std::string_view what) { throw Unmodelled(std::string(what)); }};
}

inline NetAddress at(std::string_view ip, std::uint16_t port) {
  return {IpAddress::parse(ip).value(), port};
}

inline iovec buffer(const void* data, std::size_t length) {
  return {const_cast<void*>(data), length};
}

/// A kernel, and one thread that calls it.
class TestKernel : public Kernel {
 public:
  explicit TestKernel(Caller who = {1, 0x1000}) : Kernel(throwing_services()), who_(who) {}

  void call_as(Caller who) { who_ = who; }
  const Caller& who() const { return who_; }

  int make_udp(int domain = AF_INET, int flags = 0) {
    return static_cast<int>(socket(domain, SOCK_DGRAM | flags, 0, who_));
  }
  int udp_at(const NetAddress& address) {
    const int fd = make_udp(address.ip.is_v4() ? AF_INET : AF_INET6);
    EXPECT_EQ(bind(fd, address), 0);
    return fd;
  }
  SysResult bind(int fd, const NetAddress& address) {
    const SocketName name = to_socket_name(address, domain_of(fd));
    return socket_at(fd).bind(reinterpret_cast<const sockaddr*>(&name.storage), name.length);
  }
  SysResult connect(int fd, const NetAddress& address) {
    const SocketName name = to_socket_name(address, domain_of(fd));
    return socket_at(fd).connect(reinterpret_cast<const sockaddr*>(&name.storage), name.length);
  }
  SysResult send(int fd, std::string_view text) {
    const iovec data = buffer(text.data(), text.size());
    return socket_at(fd).send({.buffers = {&data, 1}});
  }
  SysResult send_to(int fd, const NetAddress& address, std::string_view text) {
    const SocketName name = to_socket_name(address, domain_of(fd));
    const iovec data = buffer(text.data(), text.size());
    return socket_at(fd).send({.buffers = {&data, 1},
                               .to = reinterpret_cast<const sockaddr*>(&name.storage),
                               .to_length = name.length});
  }
  SysResult write(int fd, std::string_view text) {
    const iovec data = buffer(text.data(), text.size());
    return descriptors().use(fd, who_)->write({&data, 1});
  }
  SysResult read(int fd, std::string& text, std::size_t limit = 65536) {
    text.assign(limit, '\0');
    const iovec room = buffer(text.data(), text.size());
    const SysResult n = descriptors().use(fd, who_)->read({&room, 1});
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return n;
  }
  /// The text read, or the name of what went wrong.
  std::string read(int fd) {
    std::string text;
    const SysResult n = read(fd, text);
    return n >= 0 ? text : strerrorname_np(static_cast<int>(-n));
  }
  SysResult close(int fd) { return descriptors().close(fd, who_); }

  NetAddress local(int fd) {
    SocketName name;
    EXPECT_EQ(socket_at(fd).local_name(name), 0);
    return from_sockaddr(reinterpret_cast<const sockaddr*>(&name.storage), name.length).value();
  }
  int so_error(int fd) { return socket_at(fd).take_error(); }
  SysResult set(int fd, int level, int option, int value) {
    return socket_at(fd).set_option(level, option, &value, sizeof value);
  }
  PollEvents ready(int fd) { return descriptors().peek(fd)->readiness(); }

  Socket& socket_at(int fd) {
    DescriptionPtr keep;
    SysResult error = 0;
    Socket* found = use_socket(fd, who_, keep, error);
    if (found == nullptr) throw std::runtime_error("not a socket");
    return *found;
  }

 private:
  int domain_of(int fd) { return socket_at(fd).options().domain(); }

  Caller who_;
};

}  // namespace onhook::testing
