// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace onhook {
namespace {

// A pseudo terminal, and an environment that wants colours.
class TerminalTest : public testing::Test {
 protected:
  void SetUp() override {
    master_ = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) {
      GTEST_SKIP() << "there are no pseudo terminals here";
    }
    terminal_ = ::open(::ptsname(master_), O_RDWR | O_NOCTTY);
    ASSERT_GE(terminal_, 0);
    ::unsetenv("NO_COLOR");
    ::setenv("TERM", "xterm", 1);
    resize(120);
  }
  void TearDown() override {
    ::close(terminal_);
    ::close(master_);
  }
  void resize(unsigned short columns) {
    const winsize size{40, columns, 0, 0};
    ASSERT_EQ(::ioctl(terminal_, TIOCSWINSZ, &size), 0);
  }
  int master_ = -1;
  int terminal_ = -1;
};

TEST_F(TerminalTest, ATerminalGetsColoursAndItsWidth) {
  EXPECT_EQ(style_for(terminal_).colours, Colours::on);
  EXPECT_EQ(style_for(terminal_).width, 120);
}

TEST_F(TerminalTest, TheWidthHasBounds) {
  resize(40);
  EXPECT_EQ(style_for(terminal_).width, 100);
  resize(400);
  EXPECT_EQ(style_for(terminal_).width, 160);
}

TEST_F(TerminalTest, NoColorIsHonouredUnlessEmpty) {
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_EQ(style_for(terminal_).colours, Colours::off);
  ::setenv("NO_COLOR", "", 1);
  EXPECT_EQ(style_for(terminal_).colours, Colours::on);
}

TEST_F(TerminalTest, ADumbTerminalGetsNoColours) {
  ::setenv("TERM", "dumb", 1);
  EXPECT_EQ(style_for(terminal_).colours, Colours::off);
}

TEST_F(TerminalTest, APipeGetsPlainText) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_EQ(style_for(ends[1]).colours, Colours::off);
  EXPECT_EQ(style_for(ends[1]).width, 110);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(PaintTest, IsAddedOnlyWhenWanted) {
  EXPECT_EQ(painted({.colours = Colours::off}, Paint::red, "x"), "x");
  EXPECT_EQ(painted({.colours = Colours::on}, Paint::red, "x"), "\x1b[31mx\x1b[0m");
}

}  // namespace
}  // namespace onhook
