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

TEST(LinesOfChild, come_over_with_the_fault_of_the_work) {
  const ChildLines child = lines_of_child([] {
    return ChildLines{{"one", "two"}, "not\nmodelled"};
  });
  EXPECT_EQ(child.lines, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(child.fault, "not modelled");
}

TEST(LinesOfChild, an_early_end_is_the_fault) {
  const ChildLines child = lines_of_child([]() -> ChildLines { ::_exit(7); });
  EXPECT_EQ(child.fault, "the process that played it ended early: exit code 7");
}

}  // namespace
}  // namespace onhook
