// SPDX-License-Identifier: GPL-3.0-or-later
// Pipes, socket pairs and event counters.
#include "harness/kernel/pipe.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include "harness/kernel/testing.h"

namespace onhook {
namespace {

using testing::TestKernel;

constexpr Caller kCaller{1, 0x1000};

struct PipeTest : ::testing::Test {
  TestKernel kernel;
  int fds[2] = {-1, -1};
  void SetUp() override { ASSERT_EQ(kernel.pipe(fds, O_NONBLOCK, kCaller), 0); }
};

TEST_F(PipeTest, hands_bytes_over_in_order) {
  EXPECT_EQ(kernel.write(fds[1], "one"), 3);
  EXPECT_EQ(kernel.write(fds[1], "two"), 3);
  std::string text;
  EXPECT_EQ(kernel.read(fds[0], text, 4), 4);
  EXPECT_EQ(text, "onet");
  EXPECT_EQ(kernel.read(fds[0]), "wo");
}

TEST_F(PipeTest, has_nothing_to_read_until_something_is_written) {
  EXPECT_EQ(kernel.read(fds[0]), "EAGAIN");
  EXPECT_EQ(kernel.ready(fds[0]), 0);
  kernel.write(fds[1], "x");
  EXPECT_EQ(kernel.ready(fds[0]), POLLIN | POLLRDNORM);
}

TEST_F(PipeTest, ends_when_the_writer_is_gone) {
  kernel.write(fds[1], "last words");
  kernel.close(fds[1]);
  EXPECT_EQ(kernel.ready(fds[0]), POLLIN | POLLRDNORM | POLLHUP);
  EXPECT_EQ(kernel.read(fds[0]), "last words");
  EXPECT_EQ(kernel.ready(fds[0]), POLLHUP);
  EXPECT_EQ(kernel.read(fds[0]), "");
}

TEST_F(PipeTest, breaks_when_the_reader_is_gone) {
  kernel.close(fds[0]);
  EXPECT_EQ(kernel.write(fds[1], "x"), -EPIPE);
  EXPECT_EQ(kernel.ready(fds[1]) & POLLERR, POLLERR);
}

TEST_F(PipeTest, fills_up) {
  EXPECT_EQ(kernel.write(fds[1], std::string(70'000, 'x')), 65'536);
  EXPECT_EQ(kernel.ready(fds[1]), 0);
  EXPECT_EQ(kernel.write(fds[1], "x"), -EAGAIN);
  std::string text;
  kernel.read(fds[0], text, 100);
  EXPECT_EQ(kernel.write(fds[1], "x"), -EAGAIN) << "its page is still taken";
  kernel.read(fds[0], text, 4096);
  EXPECT_EQ(kernel.ready(fds[1]), POLLOUT | POLLWRNORM);
  EXPECT_EQ(kernel.write(fds[1], std::string(4096, 'x')), 4096);
}

TEST_F(PipeTest, never_splits_a_short_write) {
  kernel.write(fds[1], std::string(15 * 4096, 'x'));
  EXPECT_EQ(kernel.write(fds[1], std::string(4000, 'y')), 4000);
  EXPECT_EQ(kernel.write(fds[1], std::string(97, 'z')), -EAGAIN);
  EXPECT_EQ(kernel.write(fds[1], std::string(96, 'z')), 96) << "fits into the last page";
}

TEST_F(PipeTest, has_a_direction) {
  EXPECT_EQ(kernel.write(fds[0], "x"), -EBADF);
  EXPECT_EQ(kernel.read(fds[1]), "EBADF");
}

TEST_F(PipeTest, is_one_object_to_the_explorer) {
  EXPECT_EQ(kernel.descriptors().peek(fds[0])->id(), kernel.descriptors().peek(fds[1])->id());
}

TEST_F(PipeTest, shows_its_flags) {
  EXPECT_EQ(kernel.descriptors().peek(fds[0])->status_flags(), O_RDONLY | O_NONBLOCK);
  kernel.descriptors().peek(fds[1])->set_status_flags(0);
  EXPECT_TRUE(kernel.descriptors().peek(fds[1])->is_blocking());
  EXPECT_EQ(kernel.descriptors().peek(fds[1])->status_flags(), O_WRONLY);
}

TEST(SocketPair, talks_both_ways) {
  TestKernel kernel;
  int fds[2];
  ASSERT_EQ(kernel.socketpair(AF_UNIX, SOCK_STREAM, 0, fds, kCaller), 0);
  kernel.write(fds[0], "ping");
  EXPECT_EQ(kernel.read(fds[1]), "ping");
  kernel.send(fds[1], "pong");
  EXPECT_EQ(kernel.read(fds[0]), "pong");
  EXPECT_EQ(kernel.read(fds[0]), "EAGAIN");
  kernel.close(fds[1]);
  EXPECT_EQ(kernel.ready(fds[0]) & (POLLIN | POLLHUP), POLLIN | POLLHUP);
  EXPECT_EQ(kernel.read(fds[0]), "");
  EXPECT_EQ(kernel.send(fds[0], "anybody?"), -EPIPE);
}

TEST(SocketPair, can_be_shut_one_way) {
  TestKernel kernel;
  int fds[2];
  ASSERT_EQ(kernel.socketpair(AF_UNIX, SOCK_STREAM, 0, fds, kCaller), 0);
  EXPECT_EQ(kernel.socket_at(fds[0]).shutdown(SHUT_WR), 0);
  EXPECT_EQ(kernel.send(fds[0], "x"), -EPIPE);
  EXPECT_EQ(kernel.read(fds[1]), "");
  EXPECT_EQ(kernel.send(fds[1], "still"), 5);
  EXPECT_EQ(kernel.read(fds[0]), "still");
}

TEST(SocketPair, of_another_kind_ends_the_run) {
  TestKernel kernel;
  int fds[2];
  EXPECT_THROW(kernel.socketpair(AF_UNIX, SOCK_DGRAM, 0, fds, kCaller), testing::Unmodelled);
}

struct EventCounterTest : ::testing::Test {
  TestKernel kernel;
  int make(unsigned initial, int flags) {
    return static_cast<int>(kernel.eventfd(initial, flags, kCaller));
  }
  SysResult add(int fd, std::uint64_t n) {
    return kernel.write(fd, {reinterpret_cast<const char*>(&n), sizeof n});
  }
  /// What is read; 0 stands for EAGAIN.
  std::uint64_t take(int fd) {
    std::string text;
    if (kernel.read(fd, text, 8) != 8) return 0;
    std::uint64_t n = 0;
    std::memcpy(&n, text.data(), sizeof n);
    return n;
  }
};

TEST_F(EventCounterTest, sums_up) {
  const int fd = make(2, 0);
  EXPECT_EQ(add(fd, 5), 8);
  EXPECT_EQ(kernel.ready(fd), POLLIN | POLLOUT);
  EXPECT_EQ(take(fd), 7u);
  EXPECT_EQ(take(fd), 0u);
  EXPECT_EQ(kernel.ready(fd), POLLOUT);
}

TEST_F(EventCounterTest, counts_down_as_a_semaphore) {
  const int fd = make(2, EFD_SEMAPHORE);
  EXPECT_EQ(take(fd), 1u);
  EXPECT_EQ(take(fd), 1u);
  EXPECT_EQ(take(fd), 0u);
}

TEST_F(EventCounterTest, does_not_overflow) {
  const int fd = make(0, 0);
  EXPECT_EQ(add(fd, UINT64_MAX), -EINVAL);
  EXPECT_EQ(add(fd, UINT64_MAX - 1), 8);
  EXPECT_EQ(add(fd, 1), -EAGAIN);
  EXPECT_EQ(kernel.ready(fd), POLLIN);
  EXPECT_EQ(kernel.write(fd, "short"), -EINVAL);
}

}  // namespace
}  // namespace onhook
