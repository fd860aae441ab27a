// SPDX-License-Identifier: GPL-3.0-or-later
// Files by path: the virtual kernel's file store. Only what gives out or frees a descriptor is a
// scheduling point; streams are in libc_stdio.cc.
//
// The ...64 functions are the same functions: off_t has 64 bits here.
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdarg>
#include <cstring>

#include "harness/interpose/kernel_call.h"

using namespace onhook;

namespace {

static_assert(sizeof(struct stat) == sizeof(struct stat64) && sizeof(off_t) == 8);

struct stat* plain(struct stat64* info) {
  return reinterpret_cast<struct stat*>(info);
}

int open_path(KernelCall& call, const char* path, int flags, mode_t mode) {
  call.announce_allocation();
  return call.finish_int(call.kernel.open(path, flags, mode, call.caller));
}

void refuse_relative(int folder, const char* path, const char* name) {
  if (folder != AT_FDCWD && path[0] != '/') unmodelled_call(name, folder);
}

int stat_path(KernelCall& call, const char* path, struct stat& info) {
  return call.finish_int(call.kernel.files().stat(path, info));
}

int stat_fd(KernelCall& call, int fd, struct stat& info) {
  refuse_terminal(fd, "fstat");
  const DescriptionPtr description = call.descriptors().use(fd, call.caller);
  if (description == nullptr) return call.finish_int(-EBADF);
  if (const auto* file = dynamic_cast<const OpenFile*>(description.get())) {
    file->node().describe(info);
    return 0;
  }
  info = {};
  info.st_mode = (description->as_socket() != nullptr ? S_IFSOCK : S_IFIFO) | 0600;
  return 0;
}

/// `body(file)` on the open file behind `fd`; `wrong_kind` for anything else.
template <class Body>
SysResult with_file(KernelCall& call, int fd, const char* name, int wrong_kind, Body body) {
  refuse_terminal(fd, name);
  const DescriptionPtr description = call.descriptors().use(fd, call.caller);
  if (description == nullptr) return -EBADF;
  auto* file = dynamic_cast<OpenFile*>(description.get());
  return file != nullptr ? body(*file) : -wrong_kind;
}

mode_t mode_argument(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(arguments, unsigned)) : 0;
}

}  // namespace

#define ONHOOK_DEFINE_OPEN(name)                             \
  ONHOOK_EXPORT int name(const char* path, int flags, ...) { \
    va_list arguments;                                       \
    va_start(arguments, flags);                              \
    const mode_t mode = mode_argument(flags, arguments);     \
    va_end(arguments);                                       \
    ONHOOK_OUTSIDE_REAL(name, path, flags, mode);            \
    ONHOOK_CALL(call);                                       \
    return open_path(call, path, flags, mode);               \
  }

ONHOOK_DEFINE_OPEN(open)
ONHOOK_DEFINE_OPEN(open64)

// What a fortified caller calls when there is no mode.
ONHOOK_EXPORT int __open_2(const char* path, int flags) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(open)(path, flags);
  ONHOOK_CALL(call);
  return open_path(call, path, flags, 0);
}

ONHOOK_EXPORT int __open64_2(const char* path, int flags) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(open64)(path, flags);
  ONHOOK_CALL(call);
  return open_path(call, path, flags, 0);
}

#define ONHOOK_DEFINE_OPENAT(name)                                       \
  ONHOOK_EXPORT int name(int folder, const char* path, int flags, ...) { \
    va_list arguments;                                                   \
    va_start(arguments, flags);                                          \
    const mode_t mode = mode_argument(flags, arguments);                 \
    va_end(arguments);                                                   \
    ONHOOK_OUTSIDE_REAL(name, folder, path, flags, mode);                \
    ONHOOK_CALL(call);                                                   \
    refuse_relative(folder, path, #name);                                \
    return open_path(call, path, flags, mode);                           \
  }

ONHOOK_DEFINE_OPENAT(openat)
ONHOOK_DEFINE_OPENAT(openat64)

ONHOOK_EXPORT int creat(const char* path, mode_t mode) {
  ONHOOK_OUTSIDE_REAL(creat, path, mode);
  ONHOOK_CALL(call);
  return open_path(call, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

// What a path or descriptor is --------------------------------------------------------------------

#define ONHOOK_DEFINE_STAT(name)                                               \
  ONHOOK_EXPORT int name(const char* path, struct stat* info) noexcept {       \
    ONHOOK_OUTSIDE_REAL(name, path, info);                                     \
    ONHOOK_CALL(call);                                                         \
    return stat_path(call, path, *info);                                       \
  }                                                                            \
  ONHOOK_EXPORT int name##64(const char* path, struct stat64* info) noexcept { \
    ONHOOK_OUTSIDE_REAL(name##64, path, info);                                 \
    ONHOOK_CALL(call);                                                         \
    return stat_path(call, path, *plain(info));                                \
  }

ONHOOK_DEFINE_STAT(stat)
ONHOOK_DEFINE_STAT(lstat)

ONHOOK_EXPORT int fstat(int fd, struct stat* info) noexcept {
  ONHOOK_OUTSIDE_REAL(fstat, fd, info);
  ONHOOK_CALL(call);
  return stat_fd(call, fd, *info);
}

ONHOOK_EXPORT int fstat64(int fd, struct stat64* info) noexcept {
  ONHOOK_OUTSIDE_REAL(fstat64, fd, info);
  ONHOOK_CALL(call);
  return stat_fd(call, fd, *plain(info));
}

ONHOOK_EXPORT int access(const char* path, int mode) noexcept {
  ONHOOK_OUTSIDE_REAL(access, path, mode);
  ONHOOK_CALL(call);
  struct stat info {};
  return stat_path(call, path, info);
}

ONHOOK_EXPORT char* realpath(const char* path, char* resolved) noexcept {
  ONHOOK_OUTSIDE_REAL(realpath, path, resolved);
  ONHOOK_CALL(call);
  struct stat info {};
  if (stat_path(call, path, info) != 0) return nullptr;
  const std::string whole = FileStore::canonical(path);
  if (resolved == nullptr) return strdup(whole.c_str());
  return std::strncpy(resolved, whole.c_str(), PATH_MAX);
}

ONHOOK_EXPORT ssize_t readlink(const char* path, char* target, size_t room) noexcept {
  ONHOOK_OUTSIDE_REAL(readlink, path, target, room);
  ONHOOK_CALL(call);
  struct stat info {};
  if (stat_path(call, path, info) != 0) return -1;
  return call.finish(-EINVAL);  // it exists, and nothing here is a link
}

ONHOOK_EXPORT char* getcwd(char* path, size_t room) noexcept {
  ONHOOK_OUTSIDE_REAL(getcwd, path, room);
  if (path == nullptr) return strdup("/");
  if (room < 2) {
    errno = ERANGE;
    return nullptr;
  }
  return std::strcpy(path, "/");
}

// The tree ----------------------------------------------------------------------------------------

ONHOOK_EXPORT int mkdir(const char* path, mode_t mode) noexcept {
  ONHOOK_OUTSIDE_REAL(mkdir, path, mode);
  ONHOOK_CALL(call);
  return call.finish_int(call.kernel.files().make_directory(path, mode));
}

ONHOOK_EXPORT int rmdir(const char* path) noexcept {
  ONHOOK_OUTSIDE_REAL(rmdir, path);
  ONHOOK_CALL(call);
  return call.finish_int(call.kernel.files().remove_directory(path));
}

ONHOOK_EXPORT int unlink(const char* path) noexcept {
  ONHOOK_OUTSIDE_REAL(unlink, path);
  ONHOOK_CALL(call);
  return call.finish_int(call.kernel.files().unlink(path));
}

ONHOOK_EXPORT int remove(const char* path) noexcept {
  ONHOOK_OUTSIDE_REAL(remove, path);
  ONHOOK_CALL(call);
  FileStore& files = call.kernel.files();
  const SysResult result = files.unlink(path);
  return call.finish_int(result == -EISDIR ? files.remove_directory(path) : result);
}

ONHOOK_EXPORT int rename(const char* from, const char* to) noexcept {
  ONHOOK_OUTSIDE_REAL(rename, from, to);
  ONHOOK_CALL(call);
  return call.finish_int(call.kernel.files().rename(from, to));
}

// Open files --------------------------------------------------------------------------------------

#define ONHOOK_DEFINE_LSEEK(name)                                                             \
  ONHOOK_EXPORT off_t name(int fd, off_t offset, int whence) noexcept {                       \
    ONHOOK_OUTSIDE_REAL(name, fd, offset, whence);                                            \
    ONHOOK_CALL(call);                                                                        \
    return call.finish(with_file(call, fd, "lseek", ESPIPE,                                   \
                                 [&](OpenFile& file) { return file.seek(offset, whence); })); \
  }

ONHOOK_DEFINE_LSEEK(lseek)
ONHOOK_DEFINE_LSEEK(lseek64)

ONHOOK_EXPORT int ftruncate(int fd, off_t length) noexcept {
  ONHOOK_OUTSIDE_REAL(ftruncate, fd, length);
  ONHOOK_CALL(call);
  return call.finish_int(with_file(call, fd, "ftruncate", EINVAL,
                                   [&](OpenFile& file) { return file.truncate(length); }));
}

ONHOOK_EXPORT int fsync(int fd) {
  ONHOOK_OUTSIDE_REAL(fsync, fd);
  ONHOOK_CALL(call);
  return call.finish_int(
      with_file(call, fd, "fsync", EINVAL, [](OpenFile&) -> SysResult { return 0; }));
}

ONHOOK_EXPORT int flock(int fd, int operation) noexcept {
  ONHOOK_OUTSIDE_REAL(flock, fd, operation);
  ONHOOK_CALL(call);
  const SysResult result =
      with_file(call, fd, "flock", EINVAL, [&](OpenFile& file) { return file.lock(operation); });
  if (result == -EWOULDBLOCK && (operation & LOCK_NB) == 0) {
    onhook_unmodelled("flock that would block");
  }
  return call.finish_int(result);
}
