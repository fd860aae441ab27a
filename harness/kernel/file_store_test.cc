// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/file_store.h"

#include <gtest/gtest.h>
#include <sys/file.h>

#include "harness/kernel/testing.h"

namespace onhook {
namespace {

using testing::TestKernel;

struct FileStoreTest : ::testing::Test {
  TestKernel kernel;
  FileStore& files = kernel.files();

  int open(std::string_view path, int flags) {
    return static_cast<int>(kernel.open(path, flags, 0644, kernel.who()));
  }
  OpenFile& file(int fd) { return dynamic_cast<OpenFile&>(*kernel.descriptors().peek(fd)); }
  std::string content(std::string_view path) {
    const Bytes* bytes = files.contents(path);
    return bytes != nullptr ? std::string(bytes->begin(), bytes->end()) : "(none)";
  }
};

TEST_F(FileStoreTest, shows_what_the_host_put_there_and_nothing_else) {
  files.add_file("/conf/janus.plugin.sip.jcfg", "general: {}");
  const int fd = open("/conf/../conf//janus.plugin.sip.jcfg", O_RDONLY);
  EXPECT_EQ(kernel.read(fd), "general: {}");
  EXPECT_EQ(kernel.read(fd), "");
  EXPECT_EQ(open("/etc/passwd", O_RDONLY), -ENOENT);
  EXPECT_EQ(open("", O_RDONLY), -ENOENT);
}

TEST_F(FileStoreTest, keeps_what_is_written) {
  files.add_directory("/tmp/rec");
  const int fd = open("/tmp/rec/a.mjr", O_RDWR | O_CREAT | O_TRUNC);
  EXPECT_EQ(kernel.write(fd, "MJR00002"), 8);
  EXPECT_EQ(file(fd).seek(-5, SEEK_END), 3);
  EXPECT_EQ(kernel.write(fd, "11111xx"), 7);
  EXPECT_EQ(content("/tmp/rec/a.mjr"), "MJR11111xx");
  EXPECT_EQ(file(fd).seek(12, SEEK_SET), 12);
  EXPECT_EQ(kernel.write(fd, "!"), 1);
  EXPECT_EQ(content("/tmp/rec/a.mjr"), std::string("MJR11111xx\0\0!", 13)) << "a hole reads as 0";
  EXPECT_EQ(file(fd).seek(-1, SEEK_SET), -EINVAL);
}

TEST_F(FileStoreTest, appends) {
  files.add_file("/log", "one ");
  const int fd = open("/log", O_WRONLY | O_APPEND);
  EXPECT_EQ(kernel.write(fd, "two"), 3);
  EXPECT_EQ(content("/log"), "one two");
  EXPECT_EQ(kernel.read(fd), "EBADF") << "opened for writing only";
}

TEST_F(FileStoreTest, minds_the_flags_of_open) {
  files.add_file("/dir/file", "old");
  EXPECT_EQ(open("/dir/file", O_CREAT | O_EXCL | O_WRONLY), -EEXIST);
  EXPECT_EQ(open("/dir", O_WRONLY), -EISDIR);
  EXPECT_EQ(open("/dir/file", O_RDONLY | O_DIRECTORY), -ENOTDIR);
  EXPECT_EQ(open("/nowhere/file", O_CREAT | O_WRONLY), -ENOENT);
  EXPECT_EQ(open("/dir/file/below", O_CREAT | O_WRONLY), -ENOTDIR);
  EXPECT_GE(open("/dir/file", O_WRONLY | O_TRUNC), 0);
  EXPECT_EQ(content("/dir/file"), "");
}

TEST_F(FileStoreTest, renames_and_unlinks_under_an_open_descriptor) {
  files.add_file("/a.tmp", "recording");
  const int fd = open("/a.tmp", O_RDONLY);
  EXPECT_EQ(files.rename("/a.tmp", "/a.mjr"), 0);
  EXPECT_EQ(content("/a.tmp"), "(none)");
  EXPECT_EQ(content("/a.mjr"), "recording");
  EXPECT_EQ(files.unlink("/a.mjr"), 0);
  EXPECT_EQ(files.unlink("/a.mjr"), -ENOENT);
  EXPECT_EQ(kernel.read(fd), "recording");
}

TEST_F(FileStoreTest, has_directories) {
  EXPECT_EQ(files.make_directory("/a/b", 0755), -ENOENT);
  EXPECT_EQ(files.make_directory("/a", 0755), 0);
  EXPECT_EQ(files.make_directory("/a", 0755), -EEXIST);
  files.add_file("/a/b/c", "deep");
  EXPECT_EQ(files.unlink("/a/b"), -EISDIR);
  EXPECT_EQ(files.remove_directory("/a"), -ENOTEMPTY);
  EXPECT_EQ(files.rename("/a", "/a/b/d"), -EINVAL);
  EXPECT_EQ(files.rename("/a", "/z"), 0);
  EXPECT_EQ(content("/z/b/c"), "deep");
  struct stat info {};
  EXPECT_EQ(files.stat("/z/b", info), 0);
  EXPECT_TRUE(S_ISDIR(info.st_mode));
  EXPECT_EQ(files.stat("/z/b/c", info), 0);
  EXPECT_TRUE(S_ISREG(info.st_mode));
  EXPECT_EQ(info.st_size, 4);
}

TEST_F(FileStoreTest, reads_devices) {
  files.add_device("/dev/urandom", [n = std::uint8_t{0}](std::span<std::uint8_t> room) mutable {
    for (std::uint8_t& byte : room) byte = ++n;
  });
  std::string text;
  EXPECT_EQ(kernel.read(open("/dev/urandom", O_RDONLY), text, 3), 3);
  EXPECT_EQ(text, "\1\2\3");
}

TEST_F(FileStoreTest, locks_files) {
  files.add_file("/pid", "");
  const int first = open("/pid", O_RDWR);
  const int second = open("/pid", O_RDWR);
  EXPECT_EQ(file(first).lock(LOCK_EX), 0);
  EXPECT_EQ(file(second).lock(LOCK_EX | LOCK_NB), -EWOULDBLOCK);
  EXPECT_EQ(file(second).lock(LOCK_SH | LOCK_NB), -EWOULDBLOCK);
  kernel.close(first);
  EXPECT_EQ(file(second).lock(LOCK_SH), 0) << "closing gives a lock up";
  EXPECT_EQ(file(open("/pid", O_RDWR)).lock(LOCK_SH), 0);
}

}  // namespace
}  // namespace onhook
