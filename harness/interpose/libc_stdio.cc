// SPDX-License-Identifier: GPL-3.0-or-later
// Streams on virtual files. Only the opening is taken over: the stream itself is glibc's own, with
// our functions below it (fopencookie(3)), so that fread(), fgets(), fprintf() and libconfig's
// scanner are the real ones. As in Linux a stream owns a descriptor number.
#include <fcntl.h>
#include <stdio.h>

#include "harness/interpose/kernel_call.h"

using namespace onhook;

// glibc's: takes a stream off the list of all streams.
extern "C" void _IO_un_link(FILE* stream);

namespace {

/// A stream of the world: the number it owns.
struct Cookie {
  int fd;
};

/// The flags of open() that an fopen() mode means; -1 for none (fopen(3)).
int flags_of(const char* mode) {
  int flags = 0;
  switch (*mode) {
    case 'r':
      flags = O_RDONLY;
      break;
    case 'w':
      flags = O_WRONLY | O_CREAT | O_TRUNC;
      break;
    case 'a':
      flags = O_WRONLY | O_CREAT | O_APPEND;
      break;
    default:
      return -1;
  }
  for (const char* c = mode + 1; *c != '\0' && *c != ','; ++c) {
    if (*c == '+') flags = (flags & ~O_ACCMODE) | O_RDWR;
    if (*c == 'x') flags |= O_EXCL;
    if (*c == 'e') flags |= O_CLOEXEC;
  }
  return flags;
}

DescriptionPtr description_of(KernelCall& call, void* cookie) {
  return call.descriptors().use(static_cast<Cookie*>(cookie)->fd, call.caller);
}

ssize_t read_cookie(void* cookie, char* data, size_t length) {
  ONHOOK_CALL(call);
  const DescriptionPtr description = description_of(call, cookie);
  if (description == nullptr) return call.finish(-EBADF);
  const iovec buffer{data, length};
  return call.finish(read_from(call, *description, {&buffer, 1}));
}

ssize_t write_cookie(void* cookie, const char* data, size_t length) {
  ONHOOK_CALL(call);
  const DescriptionPtr description = description_of(call, cookie);
  if (description == nullptr) return 0;  // what fopencookie(3) takes for an error
  const iovec buffer{const_cast<char*>(data), length};
  return std::max<ssize_t>(0, call.finish(write_to(call, *description, {&buffer, 1})));
}

int seek_cookie(void* cookie, off64_t* offset, int whence) {
  ONHOOK_CALL(call);
  const DescriptionPtr description = description_of(call, cookie);
  auto* file = dynamic_cast<OpenFile*>(description.get());
  const SysResult result = file != nullptr ? file->seek(*offset, whence) : -ESPIPE;
  if (result >= 0) *offset = result;
  return call.finish_int(std::min<SysResult>(result, 0));
}

int close_cookie(void* cookie) {
  const int fd = static_cast<Cookie*>(cookie)->fd;
  delete static_cast<Cookie*>(cookie);
  ONHOOK_CALL(call);
  std::erase_if(call.kernel.streams(), [&](const auto& entry) { return entry.second == fd; });
  call.announce({call.object_at(fd), call.descriptors().id()});
  return call.finish_int(call.descriptors().close(fd, call.caller));
}

FILE* open_stream(KernelCall& call, int fd, const char* mode) {
  FILE* stream =
      fopencookie(new Cookie{fd}, mode, {read_cookie, write_cookie, seek_cookie, close_cookie});
  if (stream == nullptr) onhook_unmodelled("fopencookie that fails");
  // The list is libc's memory, which no snapshot holds: a stream that is forgotten when the world
  // is restored must not be on it. The price is that fflush(NULL) passes it by.
  _IO_un_link(stream);
  call.kernel.streams()[stream] = fd;
  return stream;
}

FILE* open_file(KernelCall& call, const char* path, const char* mode) {
  const int flags = flags_of(mode);
  if (flags == -1) {
    errno = EINVAL;
    return nullptr;
  }
  call.announce_allocation();
  const SysResult fd = call.kernel.open(path, flags, 0666 & ~022, call.caller);
  if (call.finish(fd) < 0) return nullptr;
  return open_stream(call, static_cast<int>(fd), mode);
}

}  // namespace

ONHOOK_EXPORT FILE* fopen(const char* path, const char* mode) {
  ONHOOK_OUTSIDE_REAL(fopen, path, mode);
  ONHOOK_CALL(call);
  return open_file(call, path, mode);
}

ONHOOK_EXPORT FILE* fopen64(const char* path, const char* mode) {
  ONHOOK_OUTSIDE_REAL(fopen64, path, mode);
  ONHOOK_CALL(call);
  return open_file(call, path, mode);
}

ONHOOK_EXPORT FILE* fdopen(int fd, const char* mode) noexcept {
  ONHOOK_OUTSIDE_REAL(fdopen, fd, mode);
  ONHOOK_CALL(call);
  refuse_terminal(fd, "fdopen");
  if (!call.descriptors().is_open(fd)) {
    errno = EBADF;
    return nullptr;
  }
  return open_stream(call, fd, mode);
}

ONHOOK_EXPORT int fileno(FILE* stream) noexcept {
  ONHOOK_OUTSIDE_REAL(fileno, stream);
  ONHOOK_CALL(call);
  const auto it = call.kernel.streams().find(stream);
  return it != call.kernel.streams().end() ? it->second : ONHOOK_REAL(fileno)(stream);
}

ONHOOK_EXPORT int isatty(int fd) noexcept {
  ONHOOK_OUTSIDE_REAL(isatty, fd);
  errno = ENOTTY;  // nobody types in the world
  return 0;
}
