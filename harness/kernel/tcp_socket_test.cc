// SPDX-License-Identifier: GPL-3.0-or-later
// What a program sees of TCP: the answers were compared with those of Linux's loopback.
#include "harness/kernel/tcp_socket.h"

#include <gtest/gtest.h>
#include <netinet/tcp.h>

#include "harness/kernel/testing.h"

namespace onhook {
namespace {

using testing::at;
using testing::TestKernel;
using testing::Unmodelled;

const NetAddress kServer = at("127.0.0.1", 5060);
constexpr PollEvents kMaySend = POLLOUT | POLLWRNORM;
constexpr PollEvents kMayReceive = POLLIN | POLLRDNORM;

struct TcpSocketTest : ::testing::Test {
  TestKernel kernel;

  int make(int flags = SOCK_NONBLOCK) {
    return static_cast<int>(kernel.socket(AF_INET, SOCK_STREAM | flags, 0, kernel.who()));
  }
  int listener_at(const NetAddress& address, int backlog = 8) {
    const int fd = make();
    kernel.set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    EXPECT_EQ(kernel.bind(fd, address), 0);
    EXPECT_EQ(kernel.socket_at(fd).listen(backlog), 0);
    return fd;
  }
  int accept(int listener) {
    DescriptionPtr accepted;
    const SysResult error = kernel.socket_at(listener).accept(accepted, O_NONBLOCK);
    if (error != 0) return static_cast<int>(error);
    return static_cast<int>(
        kernel.descriptors().open(std::move(accepted), CloseOnExec::no, kernel.who()));
  }
  NetAddress peer(int fd) {
    SocketName name;
    EXPECT_EQ(kernel.socket_at(fd).peer_name(name), 0);
    return from_sockaddr(reinterpret_cast<const sockaddr*>(&name.storage), name.length).value();
  }
  SysResult shutdown(int fd, int how) { return kernel.socket_at(fd).shutdown(how); }
  bool is_ready(int fd, PollEvents events) { return (kernel.ready(fd) & events) == events; }

  /// A client and a server that are connected.
  std::pair<int, int> make_connection() {
    const int listener = listener_at(kServer);
    const int client = make();
    EXPECT_EQ(kernel.connect(client, kServer), -EINPROGRESS);
    const int server = accept(listener);
    kernel.close(listener);
    return {client, server};
  }
};

// Connecting -------------------------------------------------------------------------------------

TEST_F(TcpSocketTest, a_connection_is_up_before_it_is_accepted_and_connect_tells_so_once) {
  const int listener = listener_at(kServer);
  const int client = make();
  EXPECT_EQ(kernel.ready(listener), 0);
  EXPECT_EQ(kernel.connect(client, kServer), -EINPROGRESS);
  EXPECT_EQ(kernel.ready(client), kMaySend);
  EXPECT_EQ(kernel.so_error(client), 0);
  EXPECT_EQ(kernel.connect(client, kServer), 0);
  EXPECT_EQ(kernel.connect(client, kServer), -EISCONN);
  EXPECT_EQ(kernel.ready(listener), kMayReceive);
}

TEST_F(TcpSocketTest, a_connect_that_may_wait_answers_when_the_connection_is_up) {
  listener_at(kServer);
  EXPECT_EQ(kernel.connect(make(0), kServer), 0);
  EXPECT_EQ(kernel.connect(make(0), at("127.0.0.1", 5061)), -ECONNREFUSED);
}

TEST_F(TcpSocketTest, both_ends_know_each_others_names) {
  const int listener = listener_at(at("0.0.0.0", 5060));
  const int client = make();
  kernel.connect(client, kServer);
  const int server = accept(listener);
  EXPECT_EQ(kernel.local(server), kServer);
  EXPECT_EQ(peer(client), kServer);
  EXPECT_EQ(peer(server), kernel.local(client));
  EXPECT_GE(kernel.local(client).port, 32768);
  SocketName name;
  EXPECT_EQ(kernel.socket_at(listener).peer_name(name), -ENOTCONN);
}

TEST_F(TcpSocketTest, where_nobody_listens_a_connection_is_refused_and_so_error_tells_it_once) {
  const int client = make();
  EXPECT_EQ(kernel.connect(client, kServer), -EINPROGRESS);
  EXPECT_TRUE(is_ready(client, POLLERR | POLLHUP | POLLIN | POLLOUT));
  EXPECT_EQ(kernel.so_error(client), ECONNREFUSED);
  EXPECT_EQ(kernel.so_error(client), 0);
  EXPECT_EQ(kernel.send(client, "x"), -EPIPE);
}

TEST_F(TcpSocketTest, one_that_was_refused_may_try_again) {
  const int client = make();
  kernel.connect(client, kServer);
  EXPECT_EQ(kernel.connect(client, kServer), -ECONNREFUSED);
  const int listener = listener_at(kServer);
  EXPECT_EQ(kernel.connect(client, kServer), -EINPROGRESS);
  const int server = accept(listener);
  EXPECT_EQ(kernel.send(client, "again"), 5);
  EXPECT_EQ(kernel.read(server), "again");
}

TEST_F(TcpSocketTest, a_connection_that_takes_its_time_can_be_asked_again_and_be_given_up) {
  std::function<void()> arrives;
  kernel.tcp().intercept([&](const auto&, const auto&, const Bytes&, const auto& later) {
    arrives = later;
    return true;
  });
  const int listener = listener_at(kServer);
  const int client = make();
  kernel.connect(client, kServer);
  EXPECT_EQ(kernel.ready(client), 0);
  EXPECT_EQ(kernel.connect(client, kServer), -EALREADY);
  EXPECT_EQ(kernel.send(client, "x"), -EAGAIN);
  EXPECT_EQ(kernel.read(client), "EAGAIN");
  arrives();
  EXPECT_EQ(kernel.ready(client), kMaySend);
  EXPECT_GT(accept(listener), 0);

  const int other = make();
  kernel.connect(other, kServer);
  kernel.close(other);
  arrives();
  EXPECT_EQ(accept(listener), -EAGAIN);
}

TEST_F(TcpSocketTest, accepting_gives_out_connections_in_their_order) {
  const int listener = listener_at(kServer);
  const int first = make();
  const int second = make();
  kernel.connect(first, kServer);
  kernel.connect(second, kServer);
  EXPECT_EQ(peer(accept(listener)), kernel.local(first));
  EXPECT_EQ(peer(accept(listener)), kernel.local(second));
  EXPECT_EQ(accept(listener), -EAGAIN);
  EXPECT_EQ(accept(first), -EINVAL);
}

TEST_F(TcpSocketTest, closing_a_listener_resets_those_who_wait_and_refuses_those_who_come) {
  const int listener = listener_at(kServer);
  const int client = make();
  kernel.connect(client, kServer);
  kernel.close(listener);
  EXPECT_EQ(kernel.so_error(client), ECONNRESET);
  const int late = make();
  kernel.connect(late, kServer);
  EXPECT_EQ(kernel.so_error(late), ECONNREFUSED);
}

TEST_F(TcpSocketTest, ports_are_shared_only_by_those_who_all_allow_it_and_do_not_listen) {
  const int udp = kernel.udp_at(kServer);
  const int listener = listener_at(kServer);
  EXPECT_GE(udp, 0);
  const int other = make();
  kernel.set(other, SOL_SOCKET, SO_REUSEADDR, 1);
  EXPECT_EQ(kernel.bind(other, kServer), -EADDRINUSE) << "somebody listens there";
  EXPECT_EQ(kernel.bind(other, at("10.9.9.9", 1)), -EADDRNOTAVAIL);
  const int client = make();
  kernel.connect(client, kServer);
  const int server = accept(listener);
  kernel.close(listener);
  EXPECT_EQ(kernel.bind(other, kServer), 0) << "the connection alone has it, and allows it";
  EXPECT_GE(server, 0);
  EXPECT_EQ(kernel.bind(make(), kServer), -EADDRINUSE) << "without SO_REUSEADDR";
}

// The stream -------------------------------------------------------------------------------------

TEST_F(TcpSocketTest, bytes_come_in_order_and_without_boundaries_both_ways) {
  const auto [client, server] = make_connection();
  kernel.send(client, "INVITE ");
  kernel.send(client, "sip:bob");
  EXPECT_EQ(kernel.socket_at(server).readable_bytes(), 14);
  std::string text;
  EXPECT_EQ(kernel.read(server, text, 3), 3);
  EXPECT_EQ(text, "INV");
  EXPECT_EQ(kernel.read(server), "ITE sip:bob");
  EXPECT_EQ(kernel.read(server), "EAGAIN");
  kernel.send(server, "SIP/2.0 200");
  EXPECT_EQ(kernel.read(client), "SIP/2.0 200");
}

TEST_F(TcpSocketTest, peeking_leaves_what_it_shows) {
  const auto [client, server] = make_connection();
  kernel.send(client, "\r\n");
  char room[8] = {};
  const iovec buffer = testing::buffer(room, sizeof room);
  Incoming message{.buffers = {&buffer, 1}, .flags = MSG_PEEK};
  EXPECT_EQ(kernel.socket_at(server).receive(message), 2);
  EXPECT_EQ(message.from.length, 0u) << "a stream has no sender to tell";
  EXPECT_EQ(kernel.read(server), "\r\n");
}

TEST_F(TcpSocketTest, a_late_segment_keeps_those_behind_it_waiting) {
  const auto [client, server] = make_connection();
  std::vector<std::function<void()>> late;
  kernel.tcp().intercept([&](const auto&, const auto&, const Bytes&, const auto& arrives) {
    late.push_back(arrives);
    return late.size() == 1;
  });
  kernel.send(client, "first ");
  kernel.send(client, "second");
  shutdown(client, SHUT_WR);
  EXPECT_EQ(kernel.read(server), "EAGAIN");
  late[0]();
  late[0]();
  EXPECT_EQ(kernel.read(server), "first second") << "and only once";
  EXPECT_EQ(kernel.read(server), "");
}

TEST_F(TcpSocketTest, who_sends_more_than_fits_has_to_wait_until_the_other_end_reads) {
  const auto [client, server] = make_connection();
  const std::string much(1'000'000, 'x');
  const SysResult sent = kernel.send(client, much);
  EXPECT_EQ(sent, 131'072 + 16'384);
  EXPECT_EQ(kernel.send(client, much), -EAGAIN);
  EXPECT_FALSE(is_ready(client, POLLOUT));
  const std::uint64_t asleep = kernel.descriptors().peek(client)->wakeups(POLLOUT);
  std::string text;
  EXPECT_EQ(kernel.read(server, text, 100), 100);
  EXPECT_NE(kernel.descriptors().peek(client)->wakeups(POLLOUT), asleep);
  EXPECT_EQ(kernel.send(client, much), 100);
}

TEST_F(TcpSocketTest, a_sleeper_is_woken_by_data_by_the_end_and_by_who_connects) {
  const int listener = listener_at(kServer);
  const auto wakeups = [&](int fd) { return kernel.descriptors().peek(fd)->wakeups(POLLIN); };
  std::uint64_t before = wakeups(listener);
  const int client = make();
  kernel.connect(client, kServer);
  EXPECT_NE(wakeups(listener), before);
  const int server = accept(listener);
  before = wakeups(server);
  kernel.send(client, "x");
  EXPECT_NE(wakeups(server), before);
  before = wakeups(server);
  kernel.close(client);
  EXPECT_NE(wakeups(server), before);
}

// Ends -------------------------------------------------------------------------------------------

TEST_F(TcpSocketTest, who_has_shut_its_way_still_hears_the_other) {
  const auto [client, server] = make_connection();
  kernel.send(client, "bye");
  EXPECT_EQ(shutdown(client, SHUT_WR), 0);
  EXPECT_EQ(kernel.send(client, "x"), -EPIPE);
  EXPECT_EQ(kernel.read(server), "bye");
  EXPECT_EQ(kernel.read(server), "");
  EXPECT_TRUE(is_ready(server, kMayReceive | POLLRDHUP | kMaySend));
  EXPECT_FALSE(is_ready(server, POLLHUP));
  EXPECT_EQ(kernel.send(server, "ok"), 2);
  EXPECT_EQ(kernel.read(client), "ok");
  shutdown(server, SHUT_WR);
  EXPECT_TRUE(is_ready(server, POLLHUP));
  EXPECT_TRUE(is_ready(client, POLLHUP));
}

TEST_F(TcpSocketTest, who_sends_to_one_that_is_closed_is_told_afterwards) {
  const auto [client, server] = make_connection();
  kernel.close(server);
  EXPECT_EQ(kernel.read(client), "");
  EXPECT_EQ(kernel.send(client, "x"), 1) << "the answer to it is a reset";
  EXPECT_TRUE(is_ready(client, POLLERR | POLLHUP));
  EXPECT_EQ(kernel.send(client, "x"), -EPIPE);
  EXPECT_EQ(kernel.so_error(client), 0);
}

TEST_F(TcpSocketTest, closing_with_unread_bytes_resets_the_connection) {
  const auto [client, server] = make_connection();
  kernel.send(server, "heard");
  kernel.send(client, "unheard");
  kernel.close(server);
  EXPECT_TRUE(is_ready(client, POLLERR | POLLHUP | POLLIN));
  EXPECT_EQ(kernel.read(client), "heard") << "what came before can still be read";
  EXPECT_EQ(kernel.read(client), "ECONNRESET");
  EXPECT_EQ(kernel.read(client), "");
  EXPECT_EQ(kernel.send(client, "x"), -EPIPE);
  SocketName name;
  EXPECT_EQ(kernel.socket_at(client).peer_name(name), -ENOTCONN);
}

TEST_F(TcpSocketTest, who_has_shut_both_ways_resets_what_sends_it_more) {
  const auto [client, server] = make_connection();
  EXPECT_EQ(shutdown(client, SHUT_RDWR), 0);
  EXPECT_EQ(kernel.read(client), "");
  EXPECT_EQ(kernel.send(server, "x"), 1);
  EXPECT_EQ(kernel.so_error(server), EPIPE);
  EXPECT_EQ(kernel.so_error(client), ECONNRESET);
}

TEST_F(TcpSocketTest, a_connection_lives_as_long_as_its_last_number) {
  const auto [client, server] = make_connection();
  const auto copy = static_cast<int>(kernel.dup(client, 3, CloseOnExec::no, kernel.who()));
  kernel.close(client);
  EXPECT_EQ(kernel.read(server), "EAGAIN");
  kernel.close(copy);
  EXPECT_EQ(kernel.read(server), "");
}

TEST_F(TcpSocketTest, one_that_was_never_connected_has_nothing_to_say) {
  const int fd = make();
  EXPECT_EQ(kernel.ready(fd), POLLHUP | kMaySend);
  EXPECT_EQ(kernel.send(fd, "x"), -EPIPE);
  EXPECT_EQ(kernel.read(fd), "ENOTCONN");
  EXPECT_EQ(shutdown(fd, SHUT_RDWR), -ENOTCONN);
  EXPECT_EQ(shutdown(fd, 7), -EINVAL);
  EXPECT_EQ(kernel.socket_at(kernel.make_udp()).listen(1), -EOPNOTSUPP);
}

TEST_F(TcpSocketTest, options_are_handed_on_to_what_is_accepted) {
  const int listener = listener_at(kServer);
  kernel.set(listener, IPPROTO_TCP, TCP_NODELAY, 1);
  const int client = make();
  kernel.connect(client, kServer);
  EXPECT_TRUE(kernel.socket_at(accept(listener)).options().is_set(IPPROTO_TCP, TCP_NODELAY));
  EXPECT_FALSE(kernel.socket_at(client).options().is_set(IPPROTO_TCP, TCP_NODELAY));
}

TEST_F(TcpSocketTest, what_is_not_modelled_ends_the_run_by_name) {
  EXPECT_THROW(kernel.socket(AF_INET6, SOCK_STREAM, 0, kernel.who()), Unmodelled);
  EXPECT_THROW(kernel.connect(make(), at("10.0.0.77", 5060)), Unmodelled) << "nobody is there";
  kernel.network().on_datagram(kServer, [](const auto&, const auto&) {});
  EXPECT_THROW(kernel.connect(make(), kServer), Unmodelled) << "a fake hears datagrams only";
  const int full = listener_at(at("127.0.0.1", 7), 0);
  EXPECT_GE(full, 0);
  kernel.connect(make(), at("127.0.0.1", 7));
  EXPECT_THROW(kernel.connect(make(), at("127.0.0.1", 7)), Unmodelled) << "the queue is full";
}

}  // namespace
}  // namespace onhook
