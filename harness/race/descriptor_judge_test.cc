// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/descriptor_judge.h"

#include <gtest/gtest.h>

#include "harness/race/testing.h"

namespace onhook {
namespace {

using testing_race::Play;

constexpr int kFd = 5;
constexpr ObjectId kLock = 0x7000'0200;

class DescriptorJudgeTest : public ::testing::Test {
 protected:
  void opens(const Thread& t, int fd = kFd) {
    play.judges.on_descriptor(t, {DescriptorAct::opens, fd, "socket", "udp socket"});
  }
  void closes(Thread& t, int fd = kFd) { call(t, {DescriptorAct::closes, fd, "close", {}}); }
  void sends(Thread& t, int fd = kFd) { call(t, {DescriptorAct::uses, fd, "send", {}}); }
  std::string message() const {
    const std::vector<Finding> findings = play.judges.findings();
    return findings.empty() ? "" : findings.back().message;
  }

  Play play{"descriptors"};
  Thread& a = play.spawn(play.main(), "a");
  Thread& b = play.spawn(play.main(), "b");

 private:
  void call(Thread& t, const DescriptorUse& use) {
    t.calls = {++pc_};  // each call is made at a place of its own
    play.judges.on_descriptor(t, use);
  }
  std::uintptr_t pc_ = 0x4000;
};

TEST_F(DescriptorJudgeTest, what_is_open_may_be_used_by_anybody_who_got_it_first) {
  opens(a);
  sends(b);
  closes(b);
  EXPECT_EQ(play.found(), "");
}

TEST_F(DescriptorJudgeTest, a_use_after_the_close_names_opening_close_and_use) {
  opens(play.main());
  closes(a);
  sends(b);
  EXPECT_EQ(play.found(), "FD: main opens it; a closes it; b calls send()");
  EXPECT_EQ(message(), "a descriptor is used after it was closed");
}

TEST_F(DescriptorJudgeTest, a_second_close_is_told_as_such) {
  opens(play.main());
  closes(a);
  closes(b);
  EXPECT_EQ(message(), "a descriptor is closed twice");
}

TEST_F(DescriptorJudgeTest, a_number_that_never_was) {
  closes(a, 77);
  EXPECT_EQ(message(), "a descriptor is used that was never opened");
  EXPECT_EQ(play.found(), "FD: a calls close()");
}

TEST_F(DescriptorJudgeTest, negative_numbers_are_nobodys) {
  closes(a, -1);
  sends(a, -1);
  EXPECT_EQ(play.found(), "");
}

TEST_F(DescriptorJudgeTest, the_second_close_may_hit_somebody_elses) {
  opens(play.main());
  closes(a);
  opens(b);
  closes(a);
  EXPECT_EQ(message(), "a descriptor is used that by now is somebody else's");
  EXPECT_EQ(play.found(),
            "FD: main opens it; a closes it; b gets the same number for a udp socket; "
            "a calls close()");
}

TEST_F(DescriptorJudgeTest, who_can_know_the_new_opening_is_believed) {
  opens(play.main());
  closes(a);
  play.lock(b, kLock);
  opens(b);
  play.unlock(b, kLock);
  play.lock(a, kLock);
  sends(a);
  closes(a);
  play.unlock(a, kLock);
  EXPECT_EQ(play.found(), "");
}

TEST_F(DescriptorJudgeTest, who_has_just_read_the_number_where_it_was_written_since_is_believed) {
  int shared = 0;
  const auto address = reinterpret_cast<std::uintptr_t>(&shared);
  opens(play.main());
  closes(a);
  opens(b);
  play.write(b, address);
  shared = kFd;
  play.read(a, address);
  sends(a);
  EXPECT_EQ(play.found(), "") << "a data race, which is another judge's";
}

TEST_F(DescriptorJudgeTest, a_number_read_where_it_was_written_before_is_old) {
  int shared = kFd;
  const auto address = reinterpret_cast<std::uintptr_t>(&shared);
  opens(play.main());
  play.gives(play.main(), kLock);
  play.takes(a, kLock);
  play.write(a, address);
  closes(b);
  opens(b);
  play.read(a, address);
  sends(a);
  EXPECT_EQ(message(), "a descriptor is used that by now is somebody else's");
}

TEST_F(DescriptorJudgeTest, numbers_of_the_set_up_are_known_to_all) {
  opens(play.main());
  closes(a);
  opens(b);
  play.race_begins();
  for (int i = 0; i < 2; ++i) {
    play.again();
    sends(a);
    EXPECT_EQ(play.found(), "");
    closes(a);
    sends(b);
    EXPECT_EQ(play.judges.findings().size(), 1u);
  }
}

}  // namespace
}  // namespace onhook
