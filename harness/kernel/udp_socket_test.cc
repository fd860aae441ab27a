// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/udp_socket.h"

#include <gtest/gtest.h>

#include "harness/kernel/testing.h"

namespace onhook {
namespace {

using testing::at;
using testing::buffer;
using testing::TestKernel;

const NetAddress kA = at("127.0.0.1", 10000);
const NetAddress kB = at("127.0.0.1", 20000);

struct UdpSocketTest : ::testing::Test {
  TestKernel kernel;
};

// Addresses ---------------------------------------------------------------------------------------

TEST_F(UdpSocketTest, takes_a_port_once) {
  const int first = kernel.udp_at(kA);
  const int second = kernel.make_udp();
  EXPECT_EQ(kernel.bind(second, kA), -EADDRINUSE);
  kernel.close(first);
  EXPECT_EQ(kernel.bind(second, kA), 0);
  EXPECT_EQ(kernel.bind(second, kB), -EINVAL) << "bound already";
}

TEST_F(UdpSocketTest, shares_a_port_between_addresses_but_not_with_any) {
  kernel.udp_at(kA);
  EXPECT_EQ(kernel.bind(kernel.make_udp(), at("10.0.0.1", 10000)), 0);
  EXPECT_EQ(kernel.bind(kernel.make_udp(), at("0.0.0.0", 10000)), -EADDRINUSE);
}

TEST_F(UdpSocketTest, shares_a_port_when_both_ask_to_reuse_it) {
  const int first = kernel.make_udp();
  const int second = kernel.make_udp();
  kernel.set(first, SOL_SOCKET, SO_REUSEADDR, 1);
  EXPECT_EQ(kernel.bind(first, kA), 0);
  EXPECT_EQ(kernel.bind(second, kA), -EADDRINUSE);
  kernel.set(second, SOL_SOCKET, SO_REUSEADDR, 1);
  EXPECT_EQ(kernel.bind(second, kA), 0);
}

TEST_F(UdpSocketTest, gives_out_ephemeral_ports_in_order) {
  const int first = kernel.udp_at(at("0.0.0.0", 0));
  EXPECT_EQ(kernel.local(first).port, 32768);
  kernel.udp_at(at("0.0.0.0", 32769));
  EXPECT_EQ(kernel.local(kernel.udp_at(at("0.0.0.0", 0))).port, 32770);
  kernel.close(first);
  EXPECT_EQ(kernel.local(kernel.udp_at(at("0.0.0.0", 0))).port, 32771);
}

TEST_F(UdpSocketTest, binds_only_to_this_machine) {
  EXPECT_EQ(kernel.bind(kernel.make_udp(), at("10.0.0.2", 10000)), -EADDRNOTAVAIL);
  EXPECT_EQ(kernel.bind(kernel.make_udp(), at("127.9.9.9", 10000)), 0);
}

TEST_F(UdpSocketTest, of_both_families_takes_the_port_of_both) {
  const int both = kernel.make_udp(AF_INET6);
  EXPECT_EQ(kernel.bind(both, at("::", 10000)), 0);
  EXPECT_EQ(kernel.bind(kernel.make_udp(), kA), -EADDRINUSE);
  const int v6_only = kernel.make_udp(AF_INET6);
  kernel.set(v6_only, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  EXPECT_EQ(kernel.bind(v6_only, at("::", 20000)), 0);
  EXPECT_EQ(kernel.bind(kernel.make_udp(), kB), 0);
  EXPECT_EQ(kernel.set(v6_only, IPPROTO_IPV6, IPV6_V6ONLY, 0), -EINVAL) << "too late";
}

TEST_F(UdpSocketTest, finds_its_own_address_by_connecting) {
  const int fd = kernel.make_udp();
  EXPECT_EQ(kernel.connect(fd, at("1.2.3.4", 1)), 0);
  EXPECT_EQ(kernel.local(fd), at("10.0.0.1", 32768));
}

TEST_F(UdpSocketTest, forgets_what_connect_chose_when_dissolved) {
  const int fd = kernel.make_udp();
  kernel.connect(fd, kB);
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;
  EXPECT_EQ(kernel.socket_at(fd).connect(&nobody, sizeof nobody), 0);
  EXPECT_EQ(kernel.local(fd), at("0.0.0.0", 0));
  SocketName name;
  EXPECT_EQ(kernel.socket_at(fd).peer_name(name), -ENOTCONN);
}

TEST_F(UdpSocketTest, accepts_a_whole_sockaddr_storage) {
  const int fd = kernel.make_udp();
  const SocketName name = to_socket_name(kB, AF_INET);
  EXPECT_EQ(kernel.socket_at(fd).connect(reinterpret_cast<const sockaddr*>(&name.storage),
                                         sizeof name.storage),
            0);
  EXPECT_EQ(kernel.socket_at(fd).connect(reinterpret_cast<const sockaddr*>(&name.storage), 8),
            -EINVAL);
}

TEST_F(UdpSocketTest, talks_to_an_ipv4_peer_over_an_ipv6_socket) {
  const int peer = kernel.udp_at(kB);
  const int fd = kernel.make_udp(AF_INET6);
  EXPECT_EQ(kernel.bind(fd, at("::", 10000)), 0);
  EXPECT_EQ(kernel.connect(fd, kB), 0);
  EXPECT_EQ(kernel.send(fd, "hi"), 2);
  EXPECT_EQ(kernel.read(peer), "hi");
  EXPECT_EQ(kernel.send_to(peer, kA, "back"), 4);
  EXPECT_EQ(kernel.read(fd), "back");
  EXPECT_EQ(kernel.local(fd), kA) << "IPv4-mapped";
}

// Datagrams ---------------------------------------------------------------------------------------

TEST_F(UdpSocketTest, carries_datagrams_whole_and_in_order) {
  const int a = kernel.udp_at(kA);
  const int b = kernel.udp_at(kB);
  EXPECT_EQ(kernel.send_to(a, kB, "one"), 3);
  EXPECT_EQ(kernel.send_to(a, kB, ""), 0);
  EXPECT_EQ(kernel.send_to(a, kB, "three"), 5);
  EXPECT_EQ(kernel.read(b), "one");
  EXPECT_EQ(kernel.read(b), "");
  EXPECT_EQ(kernel.read(b), "three");
  EXPECT_EQ(kernel.read(b), "EAGAIN");
}

TEST_F(UdpSocketTest, tells_who_sent_and_what_was_cut_off) {
  const int a = kernel.udp_at(kA);
  const int b = kernel.udp_at(kB);
  kernel.send_to(a, kB, "0123456789");
  char room[4];
  const iovec vector = buffer(room, sizeof room);
  Incoming peeked{.buffers = {&vector, 1}, .flags = MSG_PEEK | MSG_TRUNC};
  EXPECT_EQ(kernel.socket_at(b).receive(peeked), 10);
  EXPECT_EQ(kernel.socket_at(b).readable_bytes(), 10);
  Incoming taken{.buffers = {&vector, 1}};
  EXPECT_EQ(kernel.socket_at(b).receive(taken), 4);
  EXPECT_EQ(taken.out_flags, MSG_TRUNC);
  EXPECT_EQ(from_sockaddr(reinterpret_cast<sockaddr*>(&taken.from.storage), taken.from.length), kA);
  EXPECT_EQ(kernel.read(b), "EAGAIN") << "the rest of a datagram is lost";
}

TEST_F(UdpSocketTest, hears_only_its_peer_once_connected) {
  const int a = kernel.udp_at(kA);
  const int b = kernel.udp_at(kB);
  const int stranger = kernel.udp_at(at("127.0.0.1", 30000));
  kernel.send_to(stranger, kA, "early");
  kernel.connect(a, kB);
  kernel.send_to(stranger, kA, "late");
  kernel.send_to(b, kA, "peer");
  EXPECT_EQ(kernel.read(a), "early") << "what was queued stays";
  EXPECT_EQ(kernel.read(a), "peer");
  EXPECT_EQ(kernel.read(a), "EAGAIN");
}

TEST_F(UdpSocketTest, without_a_destination_cannot_send) {
  const int fd = kernel.make_udp();
  EXPECT_EQ(kernel.send(fd, "x"), -EDESTADDRREQ);
  EXPECT_EQ(kernel.send_to(fd, at("127.0.0.1", 0), "x"), -EINVAL);
  EXPECT_EQ(kernel.send_to(fd, kB, std::string(65'508, 'x')), -EMSGSIZE);
  EXPECT_EQ(kernel.send_to(fd, at("255.255.255.255", 1), "x"), -EACCES);
}

TEST_F(UdpSocketTest, does_not_leave_the_machine_from_a_loopback_address) {
  const int fd = kernel.udp_at(kA);
  EXPECT_EQ(kernel.send_to(fd, at("10.0.0.2", 5060), "x"), -EINVAL);
  EXPECT_EQ(kernel.connect(fd, at("10.0.0.2", 5060)), -EINVAL);
}

TEST_F(UdpSocketTest, drops_what_its_buffer_cannot_hold) {
  const int a = kernel.udp_at(kA);
  const int b = kernel.udp_at(kB);
  for (int i = 0; i < 1000; ++i) kernel.send_to(a, kB, std::string(1000, 'x'));
  int received = 0;
  while (kernel.read(b) != "EAGAIN") ++received;
  EXPECT_EQ(received, 92) << "as on Linux";
  kernel.send_to(a, kB, "room again");
  EXPECT_EQ(kernel.read(b), "room again");
}

// Errors ------------------------------------------------------------------------------------------

TEST_F(UdpSocketTest, learns_from_icmp_that_nobody_is_there) {
  const int fd = kernel.udp_at(kA);
  kernel.connect(fd, kB);
  EXPECT_EQ(kernel.send(fd, "anybody?"), 8) << "the error comes after the datagram";
  EXPECT_EQ(kernel.ready(fd), POLLERR | kWritable) << "and not POLLIN";
  EXPECT_EQ(kernel.so_error(fd), ECONNREFUSED);
  EXPECT_EQ(kernel.so_error(fd), 0) << "reading it clears it";
  EXPECT_EQ(kernel.ready(fd), kWritable);
}

TEST_F(UdpSocketTest, reports_a_pending_error_once_to_whoever_comes_first) {
  const int fd = kernel.udp_at(kA);
  kernel.connect(fd, kB);
  kernel.send(fd, "1");
  EXPECT_EQ(kernel.send(fd, "2"), -ECONNREFUSED);
  EXPECT_EQ(kernel.send(fd, "3"), 1);
  EXPECT_EQ(kernel.read(fd), "ECONNREFUSED");
  EXPECT_EQ(kernel.read(fd), "EAGAIN");
}

TEST_F(UdpSocketTest, unconnected_does_not_hear_of_icmp) {
  const int fd = kernel.udp_at(kA);
  EXPECT_EQ(kernel.send_to(fd, kB, "x"), 1);
  EXPECT_EQ(kernel.ready(fd), kWritable);
  EXPECT_EQ(kernel.so_error(fd), 0);
}

TEST_F(UdpSocketTest, queues_icmp_errors_when_asked_to) {
  const int fd = kernel.udp_at(kA);
  kernel.set(fd, IPPROTO_IP, IP_RECVERR, 1);
  kernel.send_to(fd, kB, "x");
  EXPECT_EQ(kernel.ready(fd), POLLERR | kWritable);
  char room[8];
  const iovec vector = buffer(room, sizeof room);
  Incoming message{.buffers = {&vector, 1}, .flags = MSG_ERRQUEUE};
  EXPECT_EQ(kernel.socket_at(fd).receive(message), 1);
  ASSERT_TRUE(message.error);
  EXPECT_EQ(message.error->error, ECONNREFUSED);
  EXPECT_EQ(message.error->offender, kB);
  EXPECT_EQ(kernel.socket_at(fd).receive(message), -EAGAIN);
  EXPECT_EQ(kernel.ready(fd), kWritable) << "an empty queue leaves no pending error";
}

TEST_F(UdpSocketTest, hits_a_closed_port_after_the_peer_left) {
  const int a = kernel.udp_at(kA);
  const int b = kernel.udp_at(kB);
  kernel.connect(a, kB);
  kernel.send(a, "1");
  EXPECT_EQ(kernel.ready(a), kWritable);
  kernel.close(b);
  kernel.send(a, "2");
  EXPECT_EQ(kernel.so_error(a), ECONNREFUSED);
}

TEST_F(UdpSocketTest, can_be_shut) {
  const int fd = kernel.udp_at(kA);
  EXPECT_EQ(kernel.socket_at(fd).shutdown(SHUT_RDWR), -ENOTCONN);
  EXPECT_EQ(kernel.read(fd), "");
  kernel.socket_at(fd).set_status_flags(O_NONBLOCK);
  EXPECT_EQ(kernel.read(fd), "EAGAIN");
  EXPECT_EQ(kernel.send_to(fd, kB, "x"), -EPIPE);
  EXPECT_EQ(kernel.ready(fd) & POLLHUP, POLLHUP);
}

// Options -----------------------------------------------------------------------------------------

TEST_F(UdpSocketTest, keeps_its_options) {
  const int fd = kernel.make_udp(AF_INET6);
  EXPECT_EQ(kernel.set(fd, IPPROTO_IP, IP_TOS, 0xb8), 0);
  EXPECT_EQ(kernel.set(fd, SOL_SOCKET, SO_RCVBUF, 10'000), 0);
  const SocketOptions& options = kernel.socket_at(fd).options();
  int value = 0;
  socklen_t length = sizeof value;
  EXPECT_EQ(options.get(IPPROTO_IP, IP_TOS, &value, &length), 0);
  EXPECT_EQ(value, 0xb8);
  EXPECT_EQ(options.get(SOL_SOCKET, SO_RCVBUF, &value, &length), 0);
  EXPECT_EQ(value, 20'000) << "Linux doubles it";
  EXPECT_EQ(options.get(SOL_SOCKET, SO_TYPE, &value, &length), 0);
  EXPECT_EQ(value, SOCK_DGRAM);
}

TEST_F(UdpSocketTest, ends_the_run_at_an_option_nobody_models) {
  const int fd = kernel.make_udp();
  EXPECT_EQ(kernel.set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0), -ENOPROTOOPT);
  EXPECT_THROW(kernel.set(fd, SOL_SOCKET, SO_TIMESTAMP, 1), testing::Unmodelled);
  EXPECT_THROW(kernel.socket(AF_INET6, SOCK_STREAM, 0, kernel.who()), testing::Unmodelled);
}

}  // namespace
}  // namespace onhook
