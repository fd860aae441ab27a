// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/poll_wait.h"

#include <gtest/gtest.h>

#include "harness/kernel/epoll_set.h"
#include "harness/kernel/testing.h"

namespace onhook {
namespace {

using testing::at;
using testing::TestKernel;

const NetAddress kA = at("127.0.0.1", 10000);
const NetAddress kB = at("127.0.0.1", 20000);

struct PollWaitTest : ::testing::Test {
  TestKernel kernel;
  int pipe_fds[2] = {-1, -1};
  int socket = -1;
  pollfd polled[2] = {};

  void SetUp() override {
    socket = kernel.udp_at(kA);
    ASSERT_EQ(kernel.pipe(pipe_fds, 0, kernel.who()), 0);
    polled[0] = {socket, POLLIN, 0};
    polled[1] = {pipe_fds[0], POLLIN, 0};
  }
  PollWait wait() { return {kernel.descriptors(), polled, kernel.who()}; }
};

TEST_F(PollWaitTest, counts_what_is_ready) {
  kernel.write(pipe_fds[1], "x");
  auto poll = wait();
  EXPECT_EQ(poll.check(), 1);
  EXPECT_EQ(polled[0].revents, 0);
  EXPECT_EQ(polled[1].revents, POLLIN);
}

TEST_F(PollWaitTest, reports_numbers_that_are_not_open_and_skips_negative_ones) {
  polled[0].fd = 77;
  polled[1].fd = -1;
  polled[1].revents = POLLIN;
  auto poll = wait();
  EXPECT_EQ(poll.check(), 1);
  EXPECT_EQ(polled[0].revents, POLLNVAL);
  EXPECT_EQ(polled[1].revents, 0);
}

TEST_F(PollWaitTest, wakes_up_when_something_arrives) {
  auto poll = wait();
  EXPECT_EQ(poll.check(), 0);
  EXPECT_FALSE(poll.woken());
  kernel.send_to(kernel.udp_at(kB), kA, "x");
  EXPECT_TRUE(poll.woken());
  EXPECT_EQ(poll.check(), 1);
}

TEST_F(PollWaitTest, can_be_woken_for_nothing) {
  auto poll = wait();
  poll.check();
  kernel.write(pipe_fds[1], "x");
  kernel.read(pipe_fds[0]);  // somebody else was faster
  EXPECT_TRUE(poll.woken());
  EXPECT_EQ(poll.check(), 0);
  EXPECT_FALSE(poll.woken()) << "it sleeps on";
}

TEST_F(PollWaitTest, sleeps_through_the_closing_of_its_descriptor) {
  auto poll = wait();
  EXPECT_EQ(poll.check(), 0);
  kernel.close(socket);
  EXPECT_FALSE(poll.woken());
  EXPECT_EQ(kernel.bind(kernel.make_udp(), kA), -EADDRINUSE) << "the sleeper keeps the port";
}

TEST_F(PollWaitTest, finds_out_about_the_closing_when_the_time_is_up) {
  auto poll = wait();
  poll.check();
  kernel.close(socket);
  EXPECT_EQ(poll.check(), 1);
  EXPECT_EQ(polled[0].revents, POLLNVAL);
}

TEST_F(PollWaitTest, is_woken_by_the_old_but_reports_on_the_new) {
  auto poll = wait();
  poll.check();
  kernel.close(socket);
  const int reused = kernel.udp_at(at("127.0.0.1", 10002));
  ASSERT_EQ(reused, socket);
  const int sender = kernel.udp_at(kB);
  kernel.send_to(sender, at("127.0.0.1", 10002), "for the new one");
  EXPECT_FALSE(poll.woken()) << "the new socket wakes nobody who slept before";
  kernel.send_to(sender, kA, "for the old one");
  EXPECT_TRUE(poll.woken());
  EXPECT_EQ(poll.check(), 1);
  EXPECT_EQ(polled[0].revents, POLLIN);
  EXPECT_EQ(kernel.read(socket), "for the new one");
}

TEST_F(PollWaitTest, releases_the_port_when_it_returns) {
  {
    auto poll = wait();
    poll.check();
    kernel.close(socket);
  }
  EXPECT_EQ(kernel.bind(kernel.make_udp(), kA), 0);
}

TEST_F(PollWaitTest, names_what_it_depends_on) {
  auto poll = wait();
  EXPECT_EQ(poll.objects(), (std::vector{kernel.descriptors().peek(socket)->id(),
                                         kernel.descriptors().peek(pipe_fds[0])->id()}));
}

struct EpollTest : PollWaitTest {
  std::shared_ptr<EpollSet> set = std::make_shared<EpollSet>(kernel.services());

  SysResult control(int operation, int fd, std::uint32_t events) {
    epoll_event event{events, {.fd = fd}};
    return set->control(operation, fd, kernel.descriptors().use(fd, kernel.who()), &event);
  }
  /// The numbers reported, in order.
  std::vector<int> collect(std::size_t most = 8) {
    std::vector<epoll_event> events(most);
    const int n = set->collect(events);
    std::vector<int> fds;
    for (int i = 0; i < n; ++i) fds.push_back(events[static_cast<std::size_t>(i)].data.fd);
    return fds;
  }
};

TEST_F(EpollTest, reports_as_long_as_something_is_ready) {
  EXPECT_EQ(control(EPOLL_CTL_ADD, pipe_fds[0], EPOLLIN), 0);
  EXPECT_EQ(control(EPOLL_CTL_ADD, pipe_fds[0], EPOLLIN), -EEXIST);
  EXPECT_EQ(set->readiness(), 0);
  kernel.write(pipe_fds[1], "x");
  EXPECT_EQ(set->readiness(), POLLIN | POLLRDNORM);
  EXPECT_EQ(collect(), std::vector{pipe_fds[0]});
  EXPECT_EQ(collect(), std::vector{pipe_fds[0]});
  kernel.read(pipe_fds[0]);
  EXPECT_TRUE(collect().empty());
}

TEST_F(EpollTest, lets_members_take_turns) {
  control(EPOLL_CTL_ADD, socket, EPOLLOUT);
  control(EPOLL_CTL_ADD, pipe_fds[1], EPOLLOUT);
  EXPECT_EQ(collect(1), std::vector{socket});
  EXPECT_EQ(collect(1), std::vector{pipe_fds[1]});
  EXPECT_EQ(collect(1), std::vector{socket});
}

TEST_F(EpollTest, fires_a_one_shot_member_once) {
  control(EPOLL_CTL_ADD, socket, EPOLLOUT | EPOLLONESHOT);
  EXPECT_EQ(collect().size(), 1u);
  EXPECT_TRUE(collect().empty());
  EXPECT_EQ(control(EPOLL_CTL_MOD, socket, EPOLLOUT | EPOLLONESHOT), 0);
  EXPECT_EQ(collect().size(), 1u);
}

TEST_F(EpollTest, drops_a_member_with_its_last_descriptor) {
  control(EPOLL_CTL_ADD, socket, EPOLLOUT);
  const auto copy = static_cast<int>(kernel.dup(socket, 0, CloseOnExec::no, kernel.who()));
  kernel.close(socket);
  EXPECT_EQ(collect(), std::vector{socket}) << "the description lives on";
  kernel.close(copy);
  EXPECT_TRUE(collect().empty());
  kernel.udp_at(at("127.0.0.1", 10002));
  EXPECT_TRUE(collect().empty()) << "whoever gets the number is not a member";
}

TEST_F(EpollTest, knows_its_members) {
  EXPECT_EQ(control(EPOLL_CTL_MOD, socket, EPOLLIN), -ENOENT);
  EXPECT_EQ(control(EPOLL_CTL_DEL, socket, 0), -ENOENT);
  EXPECT_THROW(control(EPOLL_CTL_ADD, socket, EPOLLIN | EPOLLET), testing::Unmodelled);
  control(EPOLL_CTL_ADD, socket, EPOLLOUT);
  EXPECT_EQ(control(EPOLL_CTL_DEL, socket, 0), 0);
  EXPECT_TRUE(collect().empty());
}

}  // namespace
}  // namespace onhook
