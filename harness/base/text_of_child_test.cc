// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/base/text_of_child.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace onhook {
namespace {

TEST(TextOfChild, comes_over_whole_from_another_process) {
  const pid_t here = ::getpid();
  const ChildText child = text_of_child([here] {
    return std::string(::getpid() == here ? "here" : "there") + std::string(200'000, 'x');
  });
  EXPECT_EQ(child.fault, "");
  EXPECT_EQ(child.text.size(), 200'005U);
  EXPECT_EQ(child.text.substr(0, 6), "therex");
}

TEST(TextOfChild, a_child_that_ends_early_is_a_fault) {
  EXPECT_EQ(text_of_child([]() -> std::string { ::_exit(7); }).fault, "exit code 7");
  EXPECT_EQ(text_of_child([]() -> std::string {
              ::raise(SIGKILL);
              return "";
            }).fault,
            "signal 9");
}

}  // namespace
}  // namespace onhook
