// SPDX-License-Identifier: GPL-3.0-or-later
// Calls on descriptors, files and the network that no model covers. In the world each ends the run
// by its name, whichever library makes it; otherwise it would reach the machine.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "harness/interpose/real.h"
#include "harness/interpose/unmodelled.h"

/// `qualifier` is `noexcept` where libc's declaration says so, else empty.
#define ONHOOK_BEYOND(result, name, parameters, arguments, qualifier)                 \
  ONHOOK_EXPORT result name parameters qualifier {                                    \
    if (::onhook::current_scheduler() == nullptr) return ONHOOK_REAL(name) arguments; \
    onhook_unmodelled(#name);                                                         \
  }

ONHOOK_BEYOND(ssize_t, pread, (int fd, void* data, size_t length, off_t at),
              (fd, data, length, at), )
ONHOOK_BEYOND(ssize_t, pread64, (int fd, void* data, size_t length, off64_t at),
              (fd, data, length, at), )
ONHOOK_BEYOND(ssize_t, pwrite, (int fd, const void* data, size_t length, off_t at),
              (fd, data, length, at), )
ONHOOK_BEYOND(ssize_t, pwrite64, (int fd, const void* data, size_t length, off64_t at),
              (fd, data, length, at), )
ONHOOK_BEYOND(ssize_t, preadv, (int fd, const iovec* buffers, int count, off_t at),
              (fd, buffers, count, at), )
ONHOOK_BEYOND(ssize_t, pwritev, (int fd, const iovec* buffers, int count, off_t at),
              (fd, buffers, count, at), )
ONHOOK_BEYOND(ssize_t, sendfile, (int out, int in, off_t* at, size_t length), (out, in, at, length),
              noexcept)
ONHOOK_BEYOND(ssize_t, splice,
              (int in, off64_t* in_at, int out, off64_t* out_at, size_t length, unsigned flags),
              (in, in_at, out, out_at, length, flags), )
ONHOOK_BEYOND(int, sendmmsg, (int fd, mmsghdr* messages, unsigned count, int flags),
              (fd, messages, count, flags), )
ONHOOK_BEYOND(int, recvmmsg,
              (int fd, mmsghdr* messages, unsigned count, int flags, timespec* timeout),
              (fd, messages, count, flags, timeout), )
ONHOOK_BEYOND(int, timerfd_create, (clockid_t clock, int flags), (clock, flags), noexcept)
ONHOOK_BEYOND(int, signalfd, (int fd, const sigset_t* mask, int flags), (fd, mask, flags), noexcept)
ONHOOK_BEYOND(int, inotify_init, (), (), noexcept)
ONHOOK_BEYOND(int, inotify_init1, (int flags), (flags), noexcept)
ONHOOK_BEYOND(int, memfd_create, (const char* name, unsigned flags), (name, flags), noexcept)
ONHOOK_BEYOND(int, mkstemp, (char* pattern), (pattern), )
ONHOOK_BEYOND(int, mkstemp64, (char* pattern), (pattern), )
ONHOOK_BEYOND(char*, mkdtemp, (char* pattern), (pattern), noexcept)
ONHOOK_BEYOND(FILE*, tmpfile, (), (), )
ONHOOK_BEYOND(FILE*, popen, (const char* command, const char* mode), (command, mode), )
ONHOOK_BEYOND(FILE*, freopen, (const char* path, const char* mode, FILE* stream),
              (path, mode, stream), )
ONHOOK_BEYOND(FILE*, freopen64, (const char* path, const char* mode, FILE* stream),
              (path, mode, stream), )
ONHOOK_BEYOND(DIR*, opendir, (const char* path), (path), )
ONHOOK_BEYOND(DIR*, fdopendir, (int fd), (fd), )
ONHOOK_BEYOND(int, symlink, (const char* target, const char* path), (target, path), noexcept)
ONHOOK_BEYOND(int, link, (const char* from, const char* to), (from, to), noexcept)
ONHOOK_BEYOND(int, chdir, (const char* path), (path), noexcept)
ONHOOK_BEYOND(int, chmod, (const char* path, mode_t mode), (path, mode), noexcept)
ONHOOK_BEYOND(int, fchmod, (int fd, mode_t mode), (fd, mode), noexcept)
ONHOOK_BEYOND(int, truncate, (const char* path, off_t length), (path, length), noexcept)
ONHOOK_BEYOND(int, fstatat, (int folder, const char* path, struct stat* info, int flags),
              (folder, path, info, flags), noexcept)
ONHOOK_BEYOND(int, statx,
              (int folder, const char* path, int flags, unsigned mask, struct statx* info),
              (folder, path, flags, mask, info), noexcept)
ONHOOK_BEYOND(int, unlinkat, (int folder, const char* path, int flags), (folder, path, flags),
              noexcept)
ONHOOK_BEYOND(int, mkdirat, (int folder, const char* path, mode_t mode), (folder, path, mode),
              noexcept)
ONHOOK_BEYOND(int, renameat, (int a, const char* from, int b, const char* to), (a, from, b, to),
              noexcept)
