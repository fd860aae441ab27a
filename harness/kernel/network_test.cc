// SPDX-License-Identifier: GPL-3.0-or-later
// The network as the fakes see it, and what its names and routes look like from inside.
#include "harness/kernel/network.h"

#include <gtest/gtest.h>

#include "harness/kernel/testing.h"

namespace onhook {
namespace {

using testing::at;
using testing::TestKernel;

const NetAddress kJanus = at("10.0.0.1", 10000);
const NetAddress kBob = at("10.0.0.2", 20000);

Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

struct NetworkTest : ::testing::Test {
  TestKernel kernel;
  Network& network = kernel.network();
};

TEST_F(NetworkTest, carries_what_a_fake_sends_to_a_socket) {
  const int fd = kernel.udp_at(at("0.0.0.0", 10000));
  network.inject(kBob, kJanus, bytes("rtp"));
  network.inject(kBob, at("10.0.0.1", 10002), bytes("nobody"));
  EXPECT_EQ(kernel.read(fd), "rtp");
  EXPECT_EQ(kernel.read(fd), "EAGAIN");
}

TEST_F(NetworkTest, carries_what_a_socket_sends_to_a_fake) {
  std::string seen;
  network.on_datagram(kBob, [&](const NetAddress& from, const Bytes& payload) {
    seen = from.to_text() + " " + std::string(payload.begin(), payload.end());
  });
  const int fd = kernel.udp_at(at("0.0.0.0", 10000));
  EXPECT_EQ(kernel.send_to(fd, kBob, "rtp"), 3);
  EXPECT_EQ(seen, "10.0.0.1:10000 rtp") << "from the address that routing chooses";
}

TEST_F(NetworkTest, lets_a_fake_answer_on_the_spot_and_leave) {
  network.on_datagram(kBob, [&](const NetAddress& from, const Bytes& payload) {
    network.on_datagram(kBob, {});
    network.inject(kBob, from, payload);
  });
  const int fd = kernel.udp_at(kJanus);
  kernel.connect(fd, kBob);
  kernel.send(fd, "echo");
  kernel.send(fd, "lost");
  EXPECT_EQ(kernel.read(fd), "echo");
  EXPECT_EQ(kernel.read(fd), "EAGAIN");
}

TEST_F(NetworkTest, leaves_what_becomes_of_a_datagram_to_who_intercepts_it) {
  const int fd = kernel.udp_at(kJanus);
  std::function<void()> held;
  network.intercept([&](const NetAddress&, const NetAddress& to, const Bytes& payload,
                        const std::function<void()>& arrives) {
    EXPECT_EQ(to, kJanus);
    if (payload == bytes("pass")) return false;
    if (payload == bytes("twice")) arrives(), arrives();
    if (payload == bytes("late")) held = arrives;
    return true;
  });
  for (const char* text : {"lost", "late", "twice", "pass"}) {
    network.inject(kBob, kJanus, bytes(text));
  }
  EXPECT_EQ(kernel.read(fd), "twice");
  EXPECT_EQ(kernel.read(fd), "twice");
  EXPECT_EQ(kernel.read(fd), "pass");
  EXPECT_EQ(kernel.read(fd), "EAGAIN");
  held();
  EXPECT_EQ(kernel.read(fd), "late");
}

TEST_F(NetworkTest, loses_what_goes_to_a_silent_host) {
  const int fd = kernel.udp_at(kJanus);
  kernel.connect(fd, kBob);
  EXPECT_EQ(kernel.send(fd, "x"), 1);
  EXPECT_EQ(kernel.so_error(fd), 0);
}

TEST_F(NetworkTest, refuses_as_often_as_told) {
  const int fd = kernel.udp_at(kJanus);
  kernel.connect(fd, kBob);
  network.refuse(kBob, 2);
  EXPECT_EQ(kernel.ready(fd) & POLLERR, POLLERR) << "a poll sees it without a send";
  EXPECT_EQ(kernel.so_error(fd), ECONNREFUSED);
  EXPECT_EQ(kernel.send(fd, "x"), -ECONNREFUSED);
  EXPECT_EQ(kernel.ready(fd) & POLLERR, 0);
  EXPECT_EQ(kernel.send(fd, "x"), 1);
}

TEST_F(NetworkTest, refuses_for_ever_until_told_otherwise) {
  const int fd = kernel.udp_at(kJanus);
  kernel.connect(fd, kBob);
  network.refuse(kBob, Network::kForEver);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(kernel.so_error(fd), ECONNREFUSED);
  network.refuse(kBob, 0);
  EXPECT_EQ(kernel.so_error(fd), 0);
}

TEST_F(NetworkTest, wakes_a_sleeping_poll_with_a_refusal) {
  const int fd = kernel.udp_at(kJanus);
  kernel.connect(fd, kBob);
  pollfd polled{fd, POLLIN, 0};
  PollWait wait(kernel.descriptors(), {&polled, 1}, kernel.who());
  EXPECT_EQ(wait.check(), 0);
  network.refuse(kBob, 1);
  EXPECT_TRUE(wait.woken());
  EXPECT_EQ(wait.check(), 1);
  EXPECT_EQ(polled.revents, POLLERR);
}

TEST_F(NetworkTest, prefers_the_socket_that_fits_best) {
  kernel.udp_at(at("0.0.0.0", 10000));
  const int other_port = kernel.udp_at(at("10.0.0.1", 10002));
  EXPECT_EQ(network.receiver_of(kBob, at("10.0.0.1", 10002)),
            kernel.descriptors().peek(other_port)->id());
  const int first = kernel.make_udp();
  const int second = kernel.make_udp();
  for (const int fd : {first, second}) {
    kernel.set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    kernel.bind(fd, at("127.0.0.1", 7000));
  }
  const NetAddress there = at("127.0.0.1", 7000);
  EXPECT_EQ(network.receiver_of(kBob, there), kernel.descriptors().peek(second)->id());
  kernel.connect(first, at("127.0.0.1", 7001));
  EXPECT_EQ(network.receiver_of(at("127.0.0.1", 7001), there),
            kernel.descriptors().peek(first)->id());
}

TEST_F(NetworkTest, has_no_multicast) {
  EXPECT_THROW(network.inject(kBob, at("224.0.1.75", 5060), {}), testing::Unmodelled);
}

TEST(Interfaces, are_the_same_on_every_machine) {
  TestKernel kernel;
  const Interfaces& interfaces = kernel.interfaces();
  ASSERT_EQ(interfaces.list().size(), 2u);
  EXPECT_EQ(interfaces.index_of("lo"), 1u);
  EXPECT_EQ(interfaces.index_of("eth0"), 2u);
  EXPECT_EQ(interfaces.index_of("eth1"), 0u);
  EXPECT_EQ(netmask(interfaces.list()[0].addresses[0]).to_text(), "255.0.0.0");
  EXPECT_EQ(netmask(interfaces.list()[1].addresses[0]).to_text(), "255.255.255.0");
  EXPECT_EQ(netmask(interfaces.list()[1].addresses[1]).to_text(), "ffff:ffff:ffff:ffff::");
}

TEST(Interfaces, choose_a_source) {
  TestKernel kernel;
  const auto source = [&](std::string_view to) {
    return kernel.interfaces().source_for(*IpAddress::parse(to))->to_text();
  };
  EXPECT_EQ(source("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(source("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(source("10.0.0.77"), "10.0.0.1");
  EXPECT_EQ(source("192.0.2.1"), "10.0.0.1");
  EXPECT_EQ(source("2001:db8::1"), "fd00::1");
}

}  // namespace
}  // namespace onhook
