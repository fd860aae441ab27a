// SPDX-License-Identifier: GPL-3.0-or-later
// TCP, as a thread of the world sees it through the C library.
#include <poll.h>
#include <sys/epoll.h>

#include <cstring>
#include <set>

#include "harness/interpose/libc_calls_testing.h"

namespace onhook {
namespace {

using namespace testing;

int tcp_socket(int flags = 0) { return socket(AF_INET, SOCK_STREAM | flags, IPPROTO_TCP); }

int listener_at(std::uint16_t port) {
  const int fd = tcp_socket();
  const sockaddr_in name = loopback(port);
  EXPECT_EQ(bind(fd, plain(name), sizeof name), 0);
  EXPECT_EQ(listen(fd, 8), 0);
  return fd;
}

TEST(LibcTcp, accept_and_recv_wait_for_who_connects_and_sends) {
  IoWorld world;
  std::string heard;
  TimeNs accepted_at = -1;
  world.thread("server", [&] {
    const int listener = listener_at(5060);
    sockaddr_in from{};
    socklen_t length = sizeof from;
    const int fd = accept4(listener, reinterpret_cast<sockaddr*>(&from), &length, SOCK_CLOEXEC);
    accepted_at = world.now();
    EXPECT_EQ(from.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
    char room[16];
    for (ssize_t n; (n = recv(fd, room, sizeof room, 0)) > 0;) {
      heard.append(room, static_cast<std::size_t>(n));
    }
    EXPECT_EQ(send(fd, "heard", 5, MSG_NOSIGNAL), 5);
    EXPECT_EQ(close(fd), 0);
  });
  world.thread("client", [&] {
    usleep(100'000);
    const int fd = tcp_socket();
    const sockaddr_in name = loopback(5060);
    EXPECT_EQ(connect(fd, plain(name), sizeof name), 0);
    EXPECT_EQ(write(fd, "SIP", 3), 3);
    usleep(100'000);
    const iovec rest[] = {{const_cast<char*>("/2."), 3}, {const_cast<char*>("0"), 1}};
    EXPECT_EQ(writev(fd, rest, 2), 4);
    EXPECT_EQ(shutdown(fd, SHUT_WR), 0);
    char room[16];
    EXPECT_EQ(read(fd, room, sizeof room), 5);
    EXPECT_EQ(read(fd, room, sizeof room), 0);
  });
  EXPECT_EQ(world.run(), End::quiescent);
  EXPECT_EQ(heard, "SIP/2.0");
  EXPECT_EQ(accepted_at, 100 * kMillisecond);
}

TEST(LibcTcp, epoll_tells_when_a_connection_is_up_or_refused) {
  IoWorld world;
  world.thread("stack", [&] {
    const int set = epoll_create1(0);
    const auto events_of = [&](int fd, std::uint32_t wanted) {
      epoll_event event{wanted, {}};
      EXPECT_EQ(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
      EXPECT_EQ(epoll_wait(set, &event, 1, 1000), 1);
      EXPECT_EQ(epoll_ctl(set, EPOLL_CTL_DEL, fd, nullptr), 0);
      return event.events;
    };
    const int listener = listener_at(5060);
    for (const std::uint16_t port : {5060, 5061}) {
      const int fd = tcp_socket(SOCK_NONBLOCK);
      const sockaddr_in name = loopback(port);
      EXPECT_EQ(connect(fd, plain(name), sizeof name), -1);
      EXPECT_EQ(errno, EINPROGRESS);
      const bool refused = port == 5061;
      EXPECT_EQ(events_of(fd, EPOLLOUT),
                refused ? EPOLLOUT | EPOLLERR | EPOLLHUP : std::uint32_t{EPOLLOUT});
      int error = -1;
      socklen_t length = sizeof error;
      EXPECT_EQ(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length), 0);
      EXPECT_EQ(error, refused ? ECONNREFUSED : 0);
    }
    EXPECT_EQ(events_of(listener, EPOLLIN), std::uint32_t{EPOLLIN});
  });
  EXPECT_EQ(world.run(), End::quiescent);
}

TEST(LibcTcp, a_read_of_a_stream_meets_a_close_in_every_order) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    IoWorld world(seed);
    int listener = -1;
    world.thread("both", [&] {
      listener = listener_at(5060);
      const int client = tcp_socket(SOCK_NONBLOCK);
      const sockaddr_in name = loopback(5060);
      connect(client, plain(name), sizeof name);
      const int server = accept(listener, nullptr, nullptr);
      world.thread("reader", [&seen, client] {
        char c = 0;
        const ssize_t n = recv(client, &c, 1, 0);
        seen.insert(n == 0 ? "end" : n > 0 ? "byte" : errno == EAGAIN ? "nothing" : "error");
      });
      world.thread("writer", [server] {
        send(server, "x", 1, 0);
        close(server);
      });
    });
    EXPECT_EQ(world.run(), End::quiescent);
  }
  EXPECT_EQ(seen, (std::set<std::string>{"byte", "nothing"}));
}

}  // namespace
}  // namespace onhook
