// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/descriptor_table.h"

#include <gtest/gtest.h>

#include "harness/kernel/testing.h"

namespace onhook {
namespace {

using testing::at;
using testing::TestKernel;
using Kind = DescriptorEvent::Kind;

constexpr Caller kRelay{2, 0x2000};
constexpr Caller kHandler{3, 0x3000};

TEST(DescriptorTable, gives_out_the_lowest_free_number) {
  TestKernel kernel;
  EXPECT_EQ(kernel.make_udp(), 3);
  EXPECT_EQ(kernel.make_udp(), 4);
  EXPECT_EQ(kernel.make_udp(), 5);
  kernel.close(4);
  EXPECT_EQ(kernel.make_udp(), 4);
  EXPECT_EQ(kernel.make_udp(), 6);
}

TEST(DescriptorTable, refuses_to_close_what_is_not_open) {
  TestKernel kernel;
  const int fd = kernel.make_udp();
  EXPECT_EQ(kernel.close(fd), 0);
  EXPECT_EQ(kernel.close(fd), -EBADF);
  EXPECT_EQ(kernel.close(-1), -EBADF);
  EXPECT_EQ(kernel.close(1'000'000), -EBADF);
  EXPECT_EQ(kernel.close(0), -EBADF);
}

// The shape of Janus #2599.
TEST(DescriptorTable, tells_whose_descriptor_a_second_close_hit) {
  TestKernel kernel;
  const int fd = kernel.make_udp();
  kernel.call_as(kRelay);
  EXPECT_EQ(kernel.close(fd), 0);
  kernel.call_as(kHandler);
  const int reused = kernel.udp_at(at("127.0.0.1", 10000));
  EXPECT_EQ(reused, fd);
  kernel.call_as(kRelay);
  EXPECT_EQ(kernel.close(fd), 0) << "Linux cannot tell";

  const auto& log = kernel.descriptors().log();
  ASSERT_EQ(log.size(), 4u);
  EXPECT_EQ(log[1].kind, Kind::closed);
  EXPECT_EQ(log[1].generation, 1u);
  EXPECT_EQ(log[2].kind, Kind::opened);
  EXPECT_EQ(log[2].caller.thread, kHandler.thread);
  EXPECT_EQ(log[3].kind, Kind::closed);
  EXPECT_EQ(log[3].generation, 2u) << "the law sees: the relay closed the handler's";
  EXPECT_EQ(log[3].caller.thread, kRelay.thread);
  EXPECT_EQ(log[3].object, log[2].object);
  EXPECT_EQ(kernel.descriptors().slot(fd)->opener.site, kHandler.site);
}

TEST(DescriptorTable, records_use_and_close_of_closed_numbers) {
  TestKernel kernel;
  const int fd = kernel.make_udp();
  kernel.close(fd);
  EXPECT_EQ(kernel.descriptors().use(fd, kRelay), nullptr);
  EXPECT_EQ(kernel.close(fd), -EBADF);
  const auto& log = kernel.descriptors().log();
  ASSERT_EQ(log.size(), 4u);
  EXPECT_EQ(log[2].kind, Kind::use_of_closed);
  EXPECT_EQ(log[2].caller.site, kRelay.site);
  EXPECT_EQ(log[2].generation, 1u);
  EXPECT_EQ(log[3].kind, Kind::close_of_closed);
}

TEST(DescriptorTable, ends_at_its_limit) {
  TestKernel kernel;
  while (kernel.descriptors().open_count() < kDescriptorLimit - kFirstDescriptor) {
    ASSERT_GE(kernel.make_udp(), 0);
  }
  EXPECT_EQ(kernel.make_udp(), -EMFILE);
  int fds[2] = {-7, -7};
  EXPECT_EQ(kernel.pipe(fds, 0, kRelay), -EMFILE);
  kernel.close(500);
  EXPECT_EQ(kernel.pipe(fds, 0, kRelay), -EMFILE) << "a pipe needs two";
  EXPECT_EQ(fds[0], -7);
  EXPECT_EQ(kernel.make_udp(), 500) << "the first was given back";
}

TEST(DescriptorTable, lets_a_duplicate_keep_the_description) {
  TestKernel kernel;
  const int fd = kernel.udp_at(at("127.0.0.1", 10000));
  const auto copy = static_cast<int>(kernel.dup(fd, 0, CloseOnExec::no, kRelay));
  kernel.close(fd);
  EXPECT_EQ(kernel.local(copy), at("127.0.0.1", 10000));
  EXPECT_EQ(kernel.bind(kernel.make_udp(), at("127.0.0.1", 10000)), -EADDRINUSE);
  kernel.close(copy);
  EXPECT_EQ(kernel.bind(kernel.make_udp(), at("127.0.0.1", 10000)), 0);
}

TEST(DescriptorTable, replaces_a_number_as_dup2_does) {
  TestKernel kernel;
  const int keep = kernel.udp_at(at("127.0.0.1", 10000));
  const int gone = kernel.udp_at(at("127.0.0.1", 10002));
  EXPECT_EQ(kernel.descriptors().replace(keep, gone, CloseOnExec::no, kRelay), gone);
  EXPECT_EQ(kernel.local(gone), at("127.0.0.1", 10000));
  EXPECT_EQ(kernel.bind(kernel.make_udp(), at("127.0.0.1", 10002)), 0);
  EXPECT_EQ(kernel.descriptors().replace(99, gone, CloseOnExec::no, kRelay), -EBADF);
}

}  // namespace
}  // namespace onhook
