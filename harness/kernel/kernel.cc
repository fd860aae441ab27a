// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/kernel.h"

#include <sys/eventfd.h>
#include <sys/socket.h>

#include <utility>

#include "harness/kernel/epoll_set.h"
#include "harness/kernel/event_counter.h"
#include "harness/kernel/pipe.h"
#include "harness/kernel/stream_pair.h"
#include "harness/kernel/tcp_socket.h"
#include "harness/kernel/udp_socket.h"

namespace onhook {

namespace {

Kernel* g_current_kernel = nullptr;

CloseOnExec close_on_exec_in(int flags, int flag) {
  return (flags & flag) != 0 ? CloseOnExec::yes : CloseOnExec::no;
}

std::string in_words(const char* call, int domain, int type, int protocol) {
  return std::string(call) + "(domain " + std::to_string(domain) + ", type " +
         std::to_string(type) + ", protocol " + std::to_string(protocol) + ")";
}

constexpr int kTypeFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
static_assert(SOCK_NONBLOCK == O_NONBLOCK && EFD_NONBLOCK == O_NONBLOCK);

}  // namespace

Kernel* current_kernel() { return g_current_kernel; }
void set_current_kernel(Kernel* kernel) { g_current_kernel = kernel; }

Kernel::Kernel(KernelServices services, KernelOptions options)
    : services_(std::move(services)),
      network_(Interfaces(std::move(options.interfaces)), services_),
      tcp_(network_),
      resolver_(std::move(options.host_name), network_.interfaces()) {}

SysResult Kernel::socket(int domain, int type, int protocol, const Caller& caller) {
  const int kind = type & ~kTypeFlags;
  const bool is_udp = (domain == AF_INET || domain == AF_INET6) && kind == SOCK_DGRAM &&
                      (protocol == 0 || protocol == IPPROTO_UDP);
  const bool is_tcp =
      domain == AF_INET && kind == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP);
  if (is_tcp) {
    return descriptors_.open(
        std::make_shared<TcpSocket>(SocketOptions(domain, SOCK_STREAM, IPPROTO_TCP, services_),
                                    type & O_NONBLOCK, tcp_),
        close_on_exec_in(type, SOCK_CLOEXEC), caller);
  }
  if (!is_udp) services_.unmodelled(in_words("socket", domain, kind, protocol));
  return descriptors_.open(
      std::make_shared<UdpSocket>(SocketOptions(domain, SOCK_DGRAM, IPPROTO_UDP, services_),
                                  type & O_NONBLOCK, network_),
      close_on_exec_in(type, SOCK_CLOEXEC), caller);
}

SysResult Kernel::socketpair(int domain, int type, int protocol, int fds[2], const Caller& caller) {
  const int kind = type & ~kTypeFlags;
  if (domain != AF_UNIX || kind != SOCK_STREAM || protocol != 0) {
    services_.unmodelled(in_words("socketpair", domain, kind, protocol));
  }
  return open_pair(make_stream_pair(SocketOptions(AF_UNIX, SOCK_STREAM, 0, services_),
                                    type & O_NONBLOCK, services_),
                   close_on_exec_in(type, SOCK_CLOEXEC), fds, caller);
}

SysResult Kernel::pipe(int fds[2], int flags, const Caller& caller) {
  if ((flags & ~(O_NONBLOCK | O_CLOEXEC)) != 0) services_.unmodelled("pipe2 with other flags");
  return open_pair(make_pipe(flags & O_NONBLOCK), close_on_exec_in(flags, O_CLOEXEC), fds, caller);
}

SysResult Kernel::open_pair(std::pair<DescriptionPtr, DescriptionPtr> pair,
                            CloseOnExec close_on_exec, int fds[2], const Caller& caller) {
  const SysResult first = descriptors_.open(std::move(pair.first), close_on_exec, caller);
  if (first < 0) return first;
  const SysResult second = descriptors_.open(std::move(pair.second), close_on_exec, caller);
  if (second < 0) {
    descriptors_.close(static_cast<int>(first), caller);
    return second;
  }
  fds[0] = static_cast<int>(first);
  fds[1] = static_cast<int>(second);
  return 0;
}

SysResult Kernel::eventfd(unsigned initial, int flags, const Caller& caller) {
  const auto mode =
      (flags & EFD_SEMAPHORE) != 0 ? EventCounter::Mode::semaphore : EventCounter::Mode::whole;
  return descriptors_.open(std::make_shared<EventCounter>(initial, mode, flags & O_NONBLOCK),
                           close_on_exec_in(flags, EFD_CLOEXEC), caller);
}

SysResult Kernel::epoll_create(int flags, const Caller& caller) {
  return descriptors_.open(std::make_shared<EpollSet>(services_),
                           close_on_exec_in(flags, EPOLL_CLOEXEC), caller);
}

SysResult Kernel::open(std::string_view path, int flags, mode_t mode, const Caller& caller) {
  std::shared_ptr<FileNode> node;
  if (const SysResult error = files_.open(path, flags, mode, node)) return error;
  return descriptors_.open(std::make_shared<OpenFile>(std::move(node), flags),
                           close_on_exec_in(flags, O_CLOEXEC), caller);
}

SysResult Kernel::dup(int fd, int at_least, CloseOnExec close_on_exec, const Caller& caller) {
  DescriptionPtr description = descriptors_.use(fd, caller);
  if (description == nullptr) return -EBADF;
  return descriptors_.open(std::move(description), close_on_exec, caller, at_least);
}

Socket* Kernel::use_socket(int fd, const Caller& caller, DescriptionPtr& keep, SysResult& error) {
  keep = descriptors_.use(fd, caller);
  Socket* socket = keep != nullptr ? keep->as_socket() : nullptr;
  error = keep == nullptr ? -EBADF : socket == nullptr ? -ENOTSOCK : 0;
  return socket;
}

}  // namespace onhook
