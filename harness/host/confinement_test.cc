// SPDX-License-Identifier: GPL-3.0-or-later
// Each deed is tried in a process of its own, by the system call itself; where nothing stopped it,
// it would do no harm.
#include "harness/host/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "harness/base/testing.h"

namespace onhook {
namespace {

constexpr int kConfinementFails = 250;

class ConfinementTest : public testing::Test {
 protected:
  ConfinementTest() {
    std::filesystem::create_directory(folder_ / "mine");
    std::filesystem::create_directory(folder_ / "theirs");
    std::ofstream(folder_ / "theirs/file") << "content";
    wanted_.writable = {folder_ / "mine"};
    wanted_.readable = system_files();
  }

  void SetUp() override {
    if (const std::string why = why_no_confinement(); !why.empty()) GTEST_SKIP() << why;
  }

  /// What the deed returns in a confined process: 0 done, else the error.
  int errno_of(const std::function<long()>& deed) const {
    const int status = status_of([&] { return deed() < 0 ? errno : 0; });
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  int status_of(const std::function<int()>& deed) const {
    const pid_t pid = ::fork();
    if (pid == 0) {
      if (!confine(wanted_).empty()) ::_exit(kConfinementFails);
      ::_exit(deed());
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status;
  }
  long open_in(const std::string& path, int flags) const {
    return ::open((folder_ / path).c_str(), flags, 0600);
  }

  testing_base::TemporaryFolder folder_;
  Confinement wanted_;
};

TEST_F(ConfinementTest, WritesOnlyInItsOwnFolder) {
  EXPECT_EQ(errno_of([&] { return open_in("mine/new", O_WRONLY | O_CREAT); }), 0);
  EXPECT_EQ(errno_of([&] { return open_in("theirs/new", O_WRONLY | O_CREAT); }), EACCES);
  EXPECT_EQ(errno_of([&] { return open_in("theirs/file", O_WRONLY); }), EACCES);
  EXPECT_EQ(errno_of([&] { return open_in("theirs/file", O_RDONLY | O_TRUNC); }), EACCES);
  EXPECT_EQ(errno_of([&] { return ::unlink((folder_ / "theirs/file").c_str()); }), EACCES);
  EXPECT_EQ(errno_of([&] { return ::mkdir((folder_ / "theirs/more").c_str(), 0700); }), EACCES);
  EXPECT_NE(errno_of([&] {
              return ::rename((folder_ / "theirs/file").c_str(), (folder_ / "mine/file").c_str());
            }),
            0);
  EXPECT_NE(errno_of([&] { return ::chmod((folder_ / "theirs/file").c_str(), 0777); }), 0);
  EXPECT_NE(errno_of([&] { return ::symlink("/etc", (folder_ / "theirs/link").c_str()); }), 0);
  EXPECT_NE(errno_of([&] { return ::truncate((folder_ / "theirs/file").c_str(), 0); }), 0);
  std::ifstream in(folder_ / "theirs/file");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "content");
}

TEST_F(ConfinementTest, ReadsOnlyWhereItIsLetIn) {
  EXPECT_EQ(errno_of([] { return ::open("/etc/passwd", O_RDONLY); }), 0);
  EXPECT_EQ(errno_of([&] { return open_in("theirs/file", O_RDONLY); }), EACCES);
  wanted_.readable.push_back(folder_ / "theirs");
  EXPECT_EQ(errno_of([&] { return open_in("theirs/file", O_RDONLY); }), 0);
  wanted_.readable.clear();
  EXPECT_EQ(errno_of([&] { return open_in("theirs/file", O_RDONLY); }), 0);
}

TEST_F(ConfinementTest, HasNoNetwork) {
  for (const auto processes : {Confinement::Processes::none, Confinement::Processes::any}) {
    wanted_.processes = processes;
    for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET}) {
      EXPECT_EQ(errno_of([&] { return ::socket(family, SOCK_DGRAM, 0); }), EPERM) << family;
    }
    EXPECT_EQ(errno_of([] { return ::syscall(SYS_io_uring_setup, 1, nullptr); }), EPERM);
  }
}

TEST_F(ConfinementTest, MakesNoProcessAndReachesNone) {
  EXPECT_EQ(errno_of([] { return ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }), EPERM);
#ifdef SYS_fork
  EXPECT_EQ(errno_of([] { return ::syscall(SYS_fork); }), EPERM);
  EXPECT_EQ(errno_of([] { return ::syscall(SYS_vfork); }), EPERM);
#endif
  EXPECT_EQ(errno_of([] { return ::syscall(SYS_clone3, nullptr, 0); }), EPERM);
  EXPECT_EQ(errno_of([] { return ::execl("/bin/true", "true", nullptr); }), EPERM);
  EXPECT_EQ(errno_of([] { return ::kill(::getppid(), 0); }), EPERM);
  EXPECT_EQ(errno_of([] { return ::kill(::getpid(), 0); }), 0);
  EXPECT_EQ(errno_of([] { return ::syscall(SYS_ptrace, 16, ::getppid(), 0, 0); }), EPERM);
}

TEST_F(ConfinementTest, ChangesNothingOfTheMachine) {
  EXPECT_EQ(errno_of([] { return ::syscall(SYS_mount, nullptr, nullptr, nullptr, 0, nullptr); }),
            EPERM);
  EXPECT_EQ(errno_of([] { return ::syscall(SYS_unshare, 0); }), EPERM);
  EXPECT_EQ(errno_of([] { return ::syscall(SYS_sethostname, nullptr, -1); }), EPERM);
  EXPECT_EQ(errno_of([] { return ::syscall(SYS_shmget, 7, 0, 0); }), EPERM);
  EXPECT_EQ(errno_of([] { return ::ioctl(0, TIOCSTI, "a"); }), EPERM);
  EXPECT_EQ(errno_of([] { return ::setuid(::getuid()); }), EPERM);
}

TEST_F(ConfinementTest, OurOwnScriptsMayStartPrograms) {
  wanted_.processes = Confinement::Processes::any;
  wanted_.readable.clear();
  const auto shell = [&](const std::string& command) {
    const int status = status_of([&] {
      ::execl("/bin/sh", "sh", "-c", (command + " 2>/dev/null").c_str(), nullptr);
      return 99;
    });
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  EXPECT_EQ(shell("true | cat && echo a > " + folder_ / "mine/b"), 0);
  EXPECT_NE(shell("echo a > " + folder_ / "theirs/b"), 0);
  EXPECT_NE(shell("cat < " + folder_ / "theirs/file >/dev/null && rm " + folder_ / "theirs/file"),
            0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "theirs/file"));
}

TEST_F(ConfinementTest, TimeAndFilesAreLimited) {
  wanted_.cpu_seconds = 1;
  wanted_.file_bytes = 4096;
  EXPECT_EQ(errno_of([]() -> long {
              volatile bool ends = false;
              while (!ends) {
              }
              return 0;
            }),
            -SIGKILL);
  EXPECT_EQ(errno_of([&] {
              const int fd = static_cast<int>(open_in("mine/long", O_WRONLY | O_CREAT));
              const std::string page(4096, 'x');
              while (::write(fd, page.data(), page.size()) > 0) {
              }
              return -1;
            }),
            -SIGXFSZ);
}

TEST_F(ConfinementTest, AddressSpaceIsLimitedWhereThatIsAsked) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer needs more than any limit";
#endif
  wanted_.address_bytes = 1 << 20;
  const auto limit = [] {
    rlimit now{};
    ::getrlimit(RLIMIT_AS, &now);
    return now.rlim_cur == 1 << 20 ? 0 : -1;
  };
  EXPECT_EQ(status_of(limit), 0);
}

}  // namespace
}  // namespace onhook
