// SPDX-License-Identifier: GPL-3.0-or-later
// The C library as a thread of the world sees it: plain calls, virtual kernel, virtual clock.
// clang-format off
#include <time.h>  // linux/errqueue.h needs timespec
#include <linux/errqueue.h>
// clang-format on
#include <fcntl.h>
#include <gtest/gtest.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <set>

#include "harness/interpose/libc_calls_testing.h"

namespace onhook {
namespace {

using namespace testing;

TEST(LibcCalls, go_to_the_real_kernel_outside_the_world) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  EXPECT_EQ(write(fds[1], "x", 1), 1);
  char c = 0;
  EXPECT_EQ(read(fds[0], &c, 1), 1);
  EXPECT_EQ(close(fds[0]), 0);
  EXPECT_EQ(close(fds[1]), 0);
}

TEST(LibcCalls, poll_waits_for_a_datagram) {
  IoWorld world;
  TimeNs woken_at = -1;
  world.thread("relay", [&] {
    pollfd fd{udp_at(10000), POLLIN, 0};
    EXPECT_EQ(poll(&fd, 1, 1000), 1);
    EXPECT_EQ(fd.revents, POLLIN);
    woken_at = world.now();
    char buffer[16];
    sockaddr_in from{};
    socklen_t length = sizeof from;
    EXPECT_EQ(
        recvfrom(fd.fd, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &length), 3);
    EXPECT_EQ(from.sin_port, htons(20000));
  });
  world.thread("peer", [&] {
    const int fd = udp_at(20000);
    usleep(300'000);
    EXPECT_EQ(send_to(fd, 10000, "rtp"), 3);
  });
  EXPECT_EQ(world.run(), End::quiescent);
  EXPECT_EQ(woken_at, 300 * kMillisecond);
}

TEST(LibcCalls, poll_takes_exactly_its_timeout) {
  IoWorld world;
  world.thread("relay", [&] {
    pollfd fd{udp_at(10000), POLLIN, 0};
    EXPECT_EQ(poll(&fd, 1, 1000), 0);
    EXPECT_EQ(world.now(), kSecond);
    EXPECT_EQ(poll(nullptr, 0, 500), 0);
  });
  EXPECT_EQ(world.run(), End::quiescent);
  EXPECT_EQ(world.now(), 3 * kSecond / 2);
}

TEST(LibcCalls, poll_that_does_not_want_to_wait_lets_time_pass) {
  IoWorld world;
  world.thread("spinner", [&] {
    pollfd fd{udp_at(10000), POLLIN, 0};
    while (world.now() < 10 * kMillisecond) EXPECT_EQ(poll(&fd, 1, 0), 0);
  });
  EXPECT_EQ(world.run(), End::quiescent) << "and not the step limit";
}

// Janus's relay thread does not notice that its sockets were closed until its poll ends.
TEST(LibcCalls, poll_sleeps_through_a_close_but_not_past_one) {
  std::set<TimeNs> ends;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    IoWorld world(seed);
    int fd = -1;
    world.thread("main", [&] {
      fd = udp_at(10000);
      world.thread("relay", [&] {
        pollfd polled{fd, POLLIN, 0};
        EXPECT_EQ(poll(&polled, 1, 1000), 1);
        EXPECT_EQ(polled.revents, POLLNVAL);
        ends.insert(world.now());
      });
      world.thread("cleanup", [&] { EXPECT_EQ(close(fd), 0); });
    });
    EXPECT_EQ(world.run(), End::quiescent);
  }
  EXPECT_EQ(ends, (std::set<TimeNs>{0, kSecond}));
}

// Janus #2599: whose socket does the second close hit?
TEST(LibcCalls, close_twice_hits_whoever_got_the_number) {
  int hits = 0;
  int misses = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    IoWorld world(seed);
    int stale = -1;
    world.thread("main", [&] {
      stale = udp_at(10000);
      close(stale);
      world.thread("relay", [&] {
        if (close(stale) == 0) {
          ++hits;
        } else {
          EXPECT_EQ(errno, EBADF);
          ++misses;
        }
      });
      world.thread("handler", [] { udp_at(10002); });
    });
    EXPECT_EQ(world.run(), End::quiescent);
    const DescriptorEvent& last = world.kernel.descriptors().log().back();
    if (last.kind == DescriptorEvent::Kind::closed) {
      EXPECT_EQ(last.generation, 2u);
      EXPECT_NE(last.caller.thread, world.kernel.descriptors().slot(stale)->opener.thread);
    }
  }
  EXPECT_GT(hits, 0);
  EXPECT_GT(misses, 0);
}

TEST(LibcCalls, icmp_errors_reach_poll_and_so_error) {
  IoWorld world;
  world.thread("relay", [&] {
    pollfd fd{udp_at(10000), POLLIN, 0};
    const sockaddr_in nobody = loopback(20000);
    EXPECT_EQ(connect(fd.fd, plain(nobody), sizeof nobody), 0);
    EXPECT_EQ(send(fd.fd, "x", 1, 0), 1);
    EXPECT_EQ(poll(&fd, 1, 1000), 1);
    EXPECT_EQ(fd.revents, POLLERR);
    int error = 0;
    socklen_t length = sizeof error;
    EXPECT_EQ(getsockopt(fd.fd, SOL_SOCKET, SO_ERROR, &error, &length), 0);
    EXPECT_EQ(error, ECONNREFUSED);
  });
  EXPECT_EQ(world.run(), End::quiescent);
}

TEST(LibcCalls, recvmsg_delivers_the_error_queue) {
  IoWorld world;
  world.thread("sofia", [&] {
    const int fd = udp_at(5060);
    const int one = 1;
    EXPECT_EQ(setsockopt(fd, IPPROTO_IP, IP_RECVERR, &one, sizeof one), 0);
    EXPECT_EQ(send_to(fd, 20000, "INVITE"), 6);
    char data[32];
    char control[512];
    sockaddr_in name{};
    iovec buffer{data, sizeof data};
    msghdr header{&name, sizeof name, &buffer, 1, control, sizeof control, 0};
    EXPECT_EQ(recvmsg(fd, &header, MSG_ERRQUEUE), 6);
    EXPECT_EQ(header.msg_flags, MSG_ERRQUEUE);
    EXPECT_EQ(name.sin_port, htons(20000));
    const cmsghdr* first = CMSG_FIRSTHDR(&header);
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->cmsg_type, IP_RECVERR);
    sock_extended_err error{};
    std::memcpy(&error, CMSG_DATA(first), sizeof error);
    EXPECT_EQ(error.ee_errno, static_cast<std::uint32_t>(ECONNREFUSED));
    EXPECT_EQ(error.ee_origin, SO_EE_ORIGIN_ICMP);
  });
  EXPECT_EQ(world.run(), End::quiescent);
}

TEST(LibcCalls, recv_blocks_until_something_comes_or_its_timeout_passes) {
  IoWorld world;
  int fd = -1;
  world.thread("reader", [&] {
    fd = udp_at(10000);
    char buffer[8];
    EXPECT_EQ(recv(fd, buffer, sizeof buffer, MSG_DONTWAIT), -1);
    EXPECT_EQ(errno, EAGAIN);
    EXPECT_EQ(recv(fd, buffer, sizeof buffer, 0), 2);
    EXPECT_EQ(world.now(), kSecond);
    const timeval patience{0, 250'000};
    EXPECT_EQ(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    EXPECT_EQ(recv(fd, buffer, sizeof buffer, 0), -1);
    EXPECT_EQ(errno, EAGAIN);
    EXPECT_EQ(world.now(), kSecond + 250 * kMillisecond);
  });
  world.thread("writer", [&] {
    sleep(1);
    EXPECT_EQ(send_to(socket(AF_INET, SOCK_DGRAM, 0), 10000, "hi"), 2);
  });
  EXPECT_EQ(world.run(), End::quiescent);
}

TEST(LibcCalls, recv_on_a_closed_number_fails_but_a_blocked_one_goes_on) {
  IoWorld world;
  std::string got;
  world.thread("reader", [&] {
    const int fd = udp_at(10000);
    world.thread("closer", [&, fd] {
      sleep(1);
      EXPECT_EQ(close(fd), 0);
      char c;
      EXPECT_EQ(recv(fd, &c, 1, 0), -1);
      EXPECT_EQ(errno, EBADF);
      EXPECT_EQ(send_to(socket(AF_INET, SOCK_DGRAM, 0), 10000, "late"), 4);
    });
    char buffer[8];
    const ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    got.assign(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
  });
  EXPECT_EQ(world.run(), End::quiescent);
  EXPECT_EQ(got, "late");
}

TEST(LibcCalls, write_waits_for_room_in_a_pipe) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    IoWorld world(seed);
    std::size_t received = 0;
    world.thread("main", [&] {
      int fds[2];
      ASSERT_EQ(pipe(fds), 0);
      world.thread("writer", [out = fds[1]] {
        const std::string much(200'000, 'x');
        EXPECT_EQ(write(out, much.data(), much.size()), 200'000);
        EXPECT_EQ(close(out), 0);
      });
      char buffer[5000];
      for (ssize_t n; (n = read(fds[0], buffer, sizeof buffer)) > 0;) {
        received += static_cast<std::size_t>(n);
      }
    });
    EXPECT_EQ(world.run(), End::quiescent);
    EXPECT_EQ(received, 200'000u);
  }
}

TEST(LibcCalls, nobody_left_to_write_is_a_deadlock_free_standstill) {
  IoWorld world;
  world.thread("reader", [&] {
    char c;
    recv(udp_at(10000), &c, 1, 0);
    ADD_FAILURE() << "nothing can come";
  });
  EXPECT_EQ(world.run(), End::quiescent);
}

TEST(LibcCalls, epoll_is_woken_by_an_eventfd) {
  IoWorld world;
  world.thread("loop", [&] {
    const int counter = eventfd(0, EFD_NONBLOCK);
    const int set = epoll_create1(0);
    epoll_event event{EPOLLIN, {.fd = counter}};
    EXPECT_EQ(epoll_ctl(set, EPOLL_CTL_ADD, counter, &event), 0);
    world.thread("waker", [counter] {
      sleep(2);
      EXPECT_EQ(eventfd_write(counter, 3), 0);
    });
    EXPECT_EQ(epoll_wait(set, &event, 1, 500), 0);
    EXPECT_EQ(epoll_wait(set, &event, 1, -1), 1);
    EXPECT_EQ(world.now(), 2 * kSecond);
    eventfd_t count = 0;
    EXPECT_EQ(eventfd_read(event.data.fd, &count), 0);
    EXPECT_EQ(count, 3u);
    EXPECT_EQ(read(counter, &count, sizeof count), -1);
    EXPECT_EQ(errno, EAGAIN);
  });
  EXPECT_EQ(world.run(), End::quiescent);
}

TEST(LibcCalls, select_tells_readers_from_writers) {
  IoWorld world;
  world.thread("t", [&] {
    int fds[2];
    EXPECT_EQ(pipe(fds), 0);
    fd_set readable;
    fd_set writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_SET(fds[0], &readable);
    FD_SET(fds[1], &writable);
    EXPECT_EQ(select(fds[1] + 1, &readable, &writable, nullptr, nullptr), 1);
    EXPECT_FALSE(FD_ISSET(fds[0], &readable));
    EXPECT_TRUE(FD_ISSET(fds[1], &writable));
  });
  EXPECT_EQ(world.run(), End::quiescent);
}

TEST(LibcCalls, fcntl_and_ioctl_change_the_description) {
  IoWorld world;
  world.thread("t", [&] {
    const int fd = udp_at(10000);
    EXPECT_EQ(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK), 0);
    char c;
    EXPECT_EQ(recv(fd, &c, 1, 0), -1);
    EXPECT_EQ(errno, EAGAIN);
    send_to(fd, 10000, "four");
    int bytes = 0;
    EXPECT_EQ(ioctl(fd, FIONREAD, &bytes), 0);
    EXPECT_EQ(bytes, 4);
    const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 10);
    EXPECT_EQ(copy, 10);
    EXPECT_EQ(fcntl(copy, F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(fcntl(fd, F_GETFD), 0);
  });
  EXPECT_EQ(world.run(), End::quiescent);
}

TEST(LibcCalls, streams_are_real_ones_on_virtual_files) {
  IoWorld world;
  world.kernel.files().add_file("/conf/janus.plugin.sip.jcfg", "general: {\n  events = false\n}\n");
  world.thread("t", [&] {
    FILE* in = fopen("/conf/janus.plugin.sip.jcfg", "rt");
    ASSERT_NE(in, nullptr);
    EXPECT_EQ(fileno(in), 3) << "a stream owns a descriptor";
    char line[64];
    EXPECT_STREQ(fgets(line, sizeof line, in), "general: {\n");
    EXPECT_EQ(fseek(in, 0, SEEK_END), 0);
    EXPECT_EQ(ftell(in), 30);
    EXPECT_EQ(fclose(in), 0);
    EXPECT_EQ(close(3), -1) << "gone with the stream";

    FILE* out = fopen("/rec.mjr", "wb");
    ASSERT_NE(out, nullptr);
    EXPECT_EQ(fprintf(out, "MJR%05d", 2), 8);
    EXPECT_EQ(fclose(out), 0);
    struct stat info {};
    EXPECT_EQ(stat("/rec.mjr", &info), 0);
    EXPECT_EQ(info.st_size, 8);
    EXPECT_EQ(rename("/rec.mjr", "/final.mjr"), 0);

    EXPECT_EQ(fopen("/etc/passwd", "r"), nullptr);
    EXPECT_EQ(errno, ENOENT);
  });
  EXPECT_EQ(world.run(), End::quiescent);
  const Bytes* recorded = world.kernel.files().contents("/final.mjr");
  ASSERT_NE(recorded, nullptr);
  EXPECT_EQ(std::string(recorded->begin(), recorded->end()), "MJR00002");
}

TEST(LibcCalls, names_come_from_the_world) {
  IoWorld world;
  world.kernel.resolver().add_host("bob.example", {*IpAddress::parse("10.0.0.2")});
  world.thread("t", [&] {
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* list = nullptr;
    ASSERT_EQ(getaddrinfo("bob.example", "5060", &hints, &list), 0);
    char host[NI_MAXHOST];
    char service[NI_MAXSERV];
    EXPECT_EQ(
        getnameinfo(list->ai_addr, list->ai_addrlen, host, sizeof host, service, sizeof service, 0),
        0);
    EXPECT_STREQ(host, "10.0.0.2");
    EXPECT_STREQ(service, "5060");
    EXPECT_EQ(list->ai_next, nullptr);
    freeaddrinfo(list);
    EXPECT_EQ(getaddrinfo("example.org", nullptr, &hints, &list), EAI_NONAME);
    EXPECT_EQ(gethostbyname("example.org"), nullptr);

    ifaddrs* interfaces = nullptr;
    ASSERT_EQ(getifaddrs(&interfaces), 0);
    std::string names;
    for (const ifaddrs* i = interfaces; i != nullptr; i = i->ifa_next) {
      names += std::string(i->ifa_name) + (i->ifa_addr->sa_family == AF_INET ? "4 " : "6 ");
    }
    EXPECT_EQ(names, "lo4 lo6 eth04 eth06 ");
    freeifaddrs(interfaces);
  });
  EXPECT_EQ(world.run(), End::quiescent);
}

TEST(LibcCalls, what_is_not_modelled_ends_the_run_by_name) {
  const auto why = [](std::function<void()> body) {
    IoWorld world;
    world.thread("t", std::move(body));
    EXPECT_EQ(world.run(), End::unmodelled);
    return world.scheduler.why();
  };
  EXPECT_EQ(why([] { socket(AF_INET6, SOCK_STREAM, 0); }), "socket(domain 10, type 1, protocol 0)");
  EXPECT_EQ(why([] { close(0); }), "close of the terminal(0)");
  EXPECT_EQ(why([] { fcntl(udp_at(10000), F_GETOWN); }), "fcntl(" + std::to_string(F_GETOWN) + ")");
}

}  // namespace
}  // namespace onhook
