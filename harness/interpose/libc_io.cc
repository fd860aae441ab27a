// SPDX-License-Identifier: GPL-3.0-or-later
// Descriptors: opening pairs and counters, reading, writing, duplicating, closing.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdarg>

#include "harness/interpose/kernel_call.h"
#include "harness/kernel/tcp_socket.h"
#include "harness/sched/watcher.h"

using namespace onhook;

namespace {

bool is_file(const Description& description) { return description.kind() == "file"; }

SysResult read_fd(KernelCall& call, int fd, std::span<const iovec> buffers) {
  refuse_terminal(fd, "read");
  const Description* seen = call.descriptors().peek(fd);
  // Files are not shared between threads: no scheduling point.
  if (seen == nullptr || !is_file(*seen)) call.announce({call.object_at(fd)});
  const DescriptionPtr description = call.descriptors().use(fd, call.caller);
  return description != nullptr ? read_from(call, *description, buffers) : -EBADF;
}

SysResult write_fd(KernelCall& call, int fd, std::span<const iovec> buffers) {
  const Description* seen = call.descriptors().peek(fd);
  if (seen == nullptr || !is_file(*seen)) call.announce({call.object_at(fd)});
  const DescriptionPtr description = call.descriptors().use(fd, call.caller);
  return description != nullptr ? write_to(call, *description, buffers) : -EBADF;
}

int set_flags(KernelCall& call, int fd, int command, long argument) {
  refuse_terminal(fd, "fcntl");
  const auto number = static_cast<int>(argument);
  DescriptorTable& table = call.descriptors();
  if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) {
    call.announce_allocation();
    return call.finish_int(call.kernel.dup(
        fd, number, command == F_DUPFD ? CloseOnExec::no : CloseOnExec::yes, call.caller));
  }
  // Asking about a number is the way to find out whether it is open.
  Caller caller = call.caller;
  if (command == F_GETFD || command == F_GETFL) caller.call = nullptr;
  const DescriptionPtr description = table.use(fd, caller);
  if (description == nullptr) return call.finish_int(-EBADF);
  switch (command) {
    case F_GETFD:
      return table.slot(fd)->close_on_exec == CloseOnExec::yes ? FD_CLOEXEC : 0;
    case F_SETFD:
      table.set_close_on_exec(fd, (number & FD_CLOEXEC) != 0 ? CloseOnExec::yes : CloseOnExec::no);
      return 0;
    case F_GETFL:
      return description->status_flags();
    case F_SETFL:
      description->set_status_flags(number);
      return 0;
    default:
      unmodelled_call("fcntl", command);
  }
}

int control_device(KernelCall& call, int fd, unsigned long request, int* argument) {
  refuse_terminal(fd, "ioctl");
  const DescriptionPtr description = call.descriptors().use(fd, call.caller);
  if (description == nullptr) return call.finish_int(-EBADF);
  if (request == FIONBIO) {
    const int flags = description->status_flags();
    description->set_status_flags(*argument != 0 ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
    return 0;
  }
  if (request == FIONREAD) {
    const SysResult bytes = description->readable_bytes();
    if (bytes >= 0) *argument = static_cast<int>(bytes);
    return call.finish_int(std::min<SysResult>(bytes, 0));
  }
  unmodelled_call("ioctl", static_cast<long>(request));
}

int make_pipe_pair(KernelCall& call, int fds[2], int flags) {
  call.announce_allocation();
  tell_range(fds, 2 * sizeof fds[0], Access::write, call.caller.site);
  return call.finish_int(call.kernel.pipe(fds, flags, call.caller));
}

int duplicate_onto(KernelCall& call, int from, int to, CloseOnExec close_on_exec) {
  refuse_terminal(from, "dup2");
  refuse_terminal(to, "dup2");
  call.announce({call.object_at(to), call.descriptors().id()});
  return call.finish_int(call.descriptors().replace(from, to, close_on_exec, call.caller));
}

}  // namespace

ONHOOK_EXPORT int close(int fd) {
  ONHOOK_OUTSIDE_REAL(close, fd);
  ONHOOK_CALL(call);
  refuse_terminal(fd, "close");
  std::vector<ObjectId> objects{call.object_at(fd), call.descriptors().id()};
  if (const auto* tcp = dynamic_cast<const TcpSocket*>(call.descriptors().peek(fd))) {
    const std::vector<ObjectId> more = tcp->touched_by_closing();
    objects.insert(objects.end(), more.begin(), more.end());
  }
  call.announce(objects);
  tell_flow(call.object_at(fd), Flow::gives);  // whoever reads the end of the stream knows
  return call.finish_int(call.descriptors().close(fd, call.caller));
}

ONHOOK_EXPORT ssize_t read(int fd, void* data, size_t length) {
  ONHOOK_OUTSIDE_REAL(read, fd, data, length);
  ONHOOK_CALL(call);
  const iovec buffer{data, length};
  return call.finish(read_fd(call, fd, {&buffer, 1}));
}

ONHOOK_EXPORT ssize_t __read_chk(int fd, void* data, size_t length, size_t room) {
  if (length > room) abort();
  if (current_scheduler() == nullptr) return ONHOOK_REAL(read)(fd, data, length);
  ONHOOK_CALL(call);
  const iovec buffer{data, length};
  return call.finish(read_fd(call, fd, {&buffer, 1}));
}

ONHOOK_EXPORT ssize_t readv(int fd, const iovec* buffers, int count) {
  ONHOOK_OUTSIDE_REAL(readv, fd, buffers, count);
  ONHOOK_CALL(call);
  return call.finish(read_fd(call, fd, {buffers, static_cast<std::size_t>(count)}));
}

ONHOOK_EXPORT ssize_t write(int fd, const void* data, size_t length) {
  if (current_scheduler() == nullptr || is_terminal(fd)) {
    return ONHOOK_REAL(write)(fd, data, length);
  }
  ONHOOK_CALL(call);
  const iovec buffer{const_cast<void*>(data), length};
  return call.finish(write_fd(call, fd, {&buffer, 1}));
}

ONHOOK_EXPORT ssize_t writev(int fd, const iovec* buffers, int count) {
  if (current_scheduler() == nullptr || is_terminal(fd)) {
    return ONHOOK_REAL(writev)(fd, buffers, count);
  }
  ONHOOK_CALL(call);
  return call.finish(write_fd(call, fd, {buffers, static_cast<std::size_t>(count)}));
}

ONHOOK_EXPORT int pipe(int fds[2]) noexcept {
  ONHOOK_OUTSIDE_REAL(pipe, fds);
  ONHOOK_CALL(call);
  return make_pipe_pair(call, fds, 0);
}

ONHOOK_EXPORT int pipe2(int fds[2], int flags) noexcept {
  ONHOOK_OUTSIDE_REAL(pipe2, fds, flags);
  ONHOOK_CALL(call);
  return make_pipe_pair(call, fds, flags);
}

ONHOOK_EXPORT int eventfd(unsigned initial, int flags) noexcept {
  ONHOOK_OUTSIDE_REAL(eventfd, initial, flags);
  ONHOOK_CALL(call);
  call.announce_allocation();
  return call.finish_int(call.kernel.eventfd(initial, flags, call.caller));
}

// glibc's own pair of helpers does not go through read() and write().
ONHOOK_EXPORT int eventfd_read(int fd, eventfd_t* value) {
  ONHOOK_OUTSIDE_REAL(eventfd_read, fd, value);
  ONHOOK_CALL(call);
  const iovec buffer{value, sizeof *value};
  return call.finish(read_fd(call, fd, {&buffer, 1})) == sizeof *value ? 0 : -1;
}

ONHOOK_EXPORT int eventfd_write(int fd, eventfd_t value) {
  ONHOOK_OUTSIDE_REAL(eventfd_write, fd, value);
  ONHOOK_CALL(call);
  refuse_terminal(fd, "eventfd_write");
  const iovec buffer{&value, sizeof value};
  return call.finish(write_fd(call, fd, {&buffer, 1})) == sizeof value ? 0 : -1;
}

ONHOOK_EXPORT int dup(int fd) noexcept {
  ONHOOK_OUTSIDE_REAL(dup, fd);
  ONHOOK_CALL(call);
  refuse_terminal(fd, "dup");
  call.announce_allocation();
  return call.finish_int(call.kernel.dup(fd, kFirstDescriptor, CloseOnExec::no, call.caller));
}

ONHOOK_EXPORT int dup2(int from, int to) noexcept {
  ONHOOK_OUTSIDE_REAL(dup2, from, to);
  ONHOOK_CALL(call);
  return duplicate_onto(call, from, to, CloseOnExec::no);
}

ONHOOK_EXPORT int dup3(int from, int to, int flags) noexcept {
  ONHOOK_OUTSIDE_REAL(dup3, from, to, flags);
  ONHOOK_CALL(call);
  if (from == to) return call.finish_int(-EINVAL);
  return duplicate_onto(call, from, to,
                        (flags & O_CLOEXEC) != 0 ? CloseOnExec::yes : CloseOnExec::no);
}

// The real ones take their third argument as a word, whatever the command makes of it.
#define ONHOOK_THIRD_ARGUMENT(type, last, name) \
  va_list arguments;                            \
  va_start(arguments, last);                    \
  const auto name = va_arg(arguments, type);    \
  va_end(arguments)

ONHOOK_EXPORT int fcntl(int fd, int command, ...) {
  ONHOOK_THIRD_ARGUMENT(long, command, argument);
  ONHOOK_OUTSIDE_REAL(fcntl, fd, command, argument);
  ONHOOK_CALL(call);
  return set_flags(call, fd, command, argument);
}

ONHOOK_EXPORT int fcntl64(int fd, int command, ...) {
  ONHOOK_THIRD_ARGUMENT(long, command, argument);
  ONHOOK_OUTSIDE_REAL(fcntl64, fd, command, argument);
  ONHOOK_CALL(call);
  return set_flags(call, fd, command, argument);
}

ONHOOK_EXPORT int ioctl(int fd, unsigned long request, ...) noexcept {
  ONHOOK_THIRD_ARGUMENT(void*, request, argument);
  ONHOOK_OUTSIDE_REAL(ioctl, fd, request, argument);
  ONHOOK_CALL(call);
  return control_device(call, fd, request, static_cast<int*>(argument));
}
