// SPDX-License-Identifier: GPL-3.0-or-later
// Sockets. Names of hosts and interfaces are in libc_names.cc.
// clang-format off
#include <time.h>  // linux/errqueue.h needs timespec
#include <linux/errqueue.h>
// clang-format on
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <cstring>

#include "harness/interpose/kernel_call.h"
#include "harness/kernel/socket.h"
#include "harness/kernel/tcp_socket.h"
#include "harness/kernel/udp_socket.h"
#include "harness/sched/watcher.h"

using namespace onhook;

namespace {

/// `body(socket)` on the socket behind `fd`, or -EBADF or -ENOTSOCK.
template <class Body>
SysResult with_socket(KernelCall& call, int fd, Body body) {
  DescriptionPtr keep;
  SysResult error = 0;
  Socket* socket = call.kernel.use_socket(fd, call.caller, keep, error);
  return socket != nullptr ? body(*socket) : error;
}

/// Where what is sent on `socket` will be read: a stream pair's own id, or who is at the address of
/// a datagram, if it is inside the world.
ObjectId receiver_of_send(KernelCall& call, Socket& socket, const Outgoing& message) {
  const auto* udp = dynamic_cast<const UdpSocket*>(&socket);
  if (udp == nullptr) return socket.id();
  const auto to = udp->destination(message);
  return to ? call.kernel.network().receiver_of(udp->local(), *to) : kNoObject;
}

/// What a send on `fd` races with: the socket and, inside the world, whoever receives.
std::vector<ObjectId> objects_of_send(KernelCall& call, int fd, const Outgoing& message) {
  std::vector<ObjectId> objects{call.object_at(fd)};
  const auto* udp = dynamic_cast<const UdpSocket*>(call.descriptors().peek(fd));
  if (udp == nullptr) return objects;
  if (const auto to = udp->destination(message)) {
    const ObjectId receiver = call.kernel.network().receiver_of(udp->local(), *to);
    if (receiver != kNoObject) objects.push_back(receiver);
  }
  return objects;
}

SysResult send_message(KernelCall& call, int fd, const Outgoing& message) {
  refuse_terminal(fd, "send");
  call.announce(objects_of_send(call, fd, message));
  return with_socket(call, fd, [&](Socket& socket) {
    const bool blocks = socket.is_blocking() && (message.flags & MSG_DONTWAIT) == 0;
    const Patience patience{blocks ? socket.options().send_timeout_ns() : 0};
    const SysResult result =
        call.retry(socket, kWritable, patience, [&] { return socket.send(message); });
    if (result >= 0) tell_flow(receiver_of_send(call, socket, message), Flow::gives);
    return result;
  });
}

SysResult receive_message(KernelCall& call, int fd, Incoming& message) {
  call.announce_use(fd, "recv");
  return with_socket(call, fd, [&](Socket& socket) {
    const bool blocks =
        socket.is_blocking() && (message.flags & (MSG_DONTWAIT | MSG_ERRQUEUE)) == 0;
    const Patience patience{blocks ? socket.options().receive_timeout_ns() : 0};
    const SysResult result =
        call.retry(socket, kReadable, patience, [&] { return socket.receive(message); });
    if (result >= 0) tell_flow(socket.id(), Flow::takes);
    return result;
  });
}

ssize_t receive_from(KernelCall& call, int fd, void* data, size_t length, int flags, sockaddr* from,
                     socklen_t* from_length) {
  const iovec buffer{data, length};
  Incoming message{.buffers = {&buffer, 1}, .flags = flags};
  const SysResult result = receive_message(call, fd, message);
  if (result >= 0 && from != nullptr) copy_out(message.from, from, from_length);
  return call.finish(result);
}

/// The control message that goes with an entry of the error queue (ip(7), ipv6(7)).
struct ErrorControl {
  sock_extended_err error;
  sockaddr_storage offender;
};

void put_error(const QueuedError& queued, msghdr& header) {
  const bool v4 = queued.offender.ip.is_v4();
  ErrorControl control{};
  control.error.ee_errno = static_cast<std::uint32_t>(queued.error);
  control.error.ee_origin = v4 ? SO_EE_ORIGIN_ICMP : SO_EE_ORIGIN_ICMP6;
  control.error.ee_type = v4 ? ICMP_DEST_UNREACH : ICMP6_DST_UNREACH;
  control.error.ee_code = v4 ? ICMP_PORT_UNREACH : ICMP6_DST_UNREACH_NOPORT;
  const SocketName offender = to_socket_name({queued.offender.ip, 0}, v4 ? AF_INET : AF_INET6);
  std::memcpy(&control.offender, &offender.storage, offender.length);
  const std::size_t length = sizeof control.error + offender.length;
  if (header.msg_control == nullptr || header.msg_controllen < CMSG_SPACE(length)) {
    header.msg_controllen = 0;
    header.msg_flags |= MSG_CTRUNC;
    return;
  }
  header.msg_controllen = CMSG_SPACE(length);
  cmsghdr* first = CMSG_FIRSTHDR(&header);
  first->cmsg_level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
  first->cmsg_type = v4 ? IP_RECVERR : IPV6_RECVERR;
  first->cmsg_len = CMSG_LEN(length);
  std::memcpy(CMSG_DATA(first), &control, length);
}

int get_name(KernelCall& call, int fd, sockaddr* name, socklen_t* length,
             SysResult (Socket::*which)(SocketName&) const) {
  SocketName found;
  const SysResult result =
      with_socket(call, fd, [&](Socket& socket) { return (socket.*which)(found); });
  if (result == 0) copy_out(found, name, length);
  return call.finish_int(result);
}

int accept_connection(KernelCall& call, int fd, sockaddr* name, socklen_t* length, int flags) {
  refuse_terminal(fd, "accept");
  if ((flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) != 0) return call.finish_int(-EINVAL);
  call.announce({call.object_at(fd), call.descriptors().id()});
  DescriptionPtr accepted;
  const SysResult result = with_socket(call, fd, [&](Socket& socket) {
    const Patience patience{socket.is_blocking() ? socket.options().receive_timeout_ns() : 0};
    const SysResult error = call.retry(socket, kReadable, patience, [&] {
      return socket.accept(accepted, flags & SOCK_NONBLOCK);
    });
    if (error == 0) tell_flow(socket.id(), Flow::takes);
    return error;
  });
  if (result < 0) return call.finish_int(result);
  // Also of a client that has gone again, though getpeername() would not tell it.
  const auto& peer = dynamic_cast<const TcpSocket&>(*accepted).peer();
  if (name != nullptr && peer) copy_out(to_socket_name(*peer, AF_INET), name, length);
  const CloseOnExec on_exec = (flags & SOCK_CLOEXEC) != 0 ? CloseOnExec::yes : CloseOnExec::no;
  const SysResult made = call.descriptors().open(std::move(accepted), on_exec, call.caller);
  if (made < 0) onhook_unmodelled("accept() without a free descriptor");
  return call.finish_int(made);
}

}  // namespace

ONHOOK_EXPORT int socket(int domain, int type, int protocol) noexcept {
  ONHOOK_OUTSIDE_REAL(socket, domain, type, protocol);
  ONHOOK_CALL(call);
  call.announce_allocation();
  return call.finish_int(call.kernel.socket(domain, type, protocol, call.caller));
}

ONHOOK_EXPORT int socketpair(int domain, int type, int protocol, int fds[2]) noexcept {
  ONHOOK_OUTSIDE_REAL(socketpair, domain, type, protocol, fds);
  ONHOOK_CALL(call);
  call.announce_allocation();
  return call.finish_int(call.kernel.socketpair(domain, type, protocol, fds, call.caller));
}

ONHOOK_EXPORT int bind(int fd, const sockaddr* name, socklen_t length) noexcept {
  ONHOOK_OUTSIDE_REAL(bind, fd, name, length);
  ONHOOK_CALL(call);
  refuse_terminal(fd, "bind");
  call.announce({call.object_at(fd), call.kernel.network().id()});
  return call.finish_int(
      with_socket(call, fd, [&](Socket& socket) { return socket.bind(name, length); }));
}

ONHOOK_EXPORT int connect(int fd, const sockaddr* name, socklen_t length) {
  ONHOOK_OUTSIDE_REAL(connect, fd, name, length);
  ONHOOK_CALL(call);
  refuse_terminal(fd, "connect");
  std::vector<ObjectId> objects{call.object_at(fd), call.kernel.network().id()};
  const auto to = from_sockaddr(name, length);
  const bool is_tcp = dynamic_cast<const TcpSocket*>(call.descriptors().peek(fd)) != nullptr;
  const ObjectId listener = is_tcp && to ? call.kernel.tcp().listener_at(*to) : kNoObject;
  if (listener != kNoObject) objects.push_back(listener);
  call.announce(objects);
  return call.finish_int(with_socket(call, fd, [&](Socket& socket) {
    if (is_tcp) tell_flow(listener, Flow::gives);
    const Patience patience{socket.is_blocking() ? socket.options().send_timeout_ns() : 0};
    const SysResult result =
        call.retry(socket, kWritable, patience, [&] { return socket.connect(name, length); });
    return result == -EAGAIN && is_tcp ? -EINPROGRESS : result;
  }));
}

ONHOOK_EXPORT int listen(int fd, int backlog) noexcept {
  ONHOOK_OUTSIDE_REAL(listen, fd, backlog);
  ONHOOK_CALL(call);
  call.announce_use(fd, "listen");
  return call.finish_int(
      with_socket(call, fd, [&](Socket& socket) { return socket.listen(backlog); }));
}

ONHOOK_EXPORT int accept(int fd, sockaddr* name, socklen_t* length) {
  ONHOOK_OUTSIDE_REAL(accept, fd, name, length);
  ONHOOK_CALL(call);
  return accept_connection(call, fd, name, length, 0);
}

ONHOOK_EXPORT int accept4(int fd, sockaddr* name, socklen_t* length, int flags) {
  ONHOOK_OUTSIDE_REAL(accept4, fd, name, length, flags);
  ONHOOK_CALL(call);
  return accept_connection(call, fd, name, length, flags);
}

ONHOOK_EXPORT int shutdown(int fd, int how) noexcept {
  ONHOOK_OUTSIDE_REAL(shutdown, fd, how);
  ONHOOK_CALL(call);
  call.announce_use(fd, "shutdown");
  return call.finish_int(
      with_socket(call, fd, [&](Socket& socket) { return socket.shutdown(how); }));
}

// Names and options: questions that race with nothing, except SO_ERROR, which takes what it tells.

ONHOOK_EXPORT int getsockname(int fd, sockaddr* name, socklen_t* length) noexcept {
  ONHOOK_OUTSIDE_REAL(getsockname, fd, name, length);
  ONHOOK_CALL(call);
  return get_name(call, fd, name, length, &Socket::local_name);
}

ONHOOK_EXPORT int getpeername(int fd, sockaddr* name, socklen_t* length) noexcept {
  ONHOOK_OUTSIDE_REAL(getpeername, fd, name, length);
  ONHOOK_CALL(call);
  return get_name(call, fd, name, length, &Socket::peer_name);
}

ONHOOK_EXPORT int getsockopt(int fd, int level, int option, void* value,
                             socklen_t* length) noexcept {
  ONHOOK_OUTSIDE_REAL(getsockopt, fd, level, option, value, length);
  ONHOOK_CALL(call);
  const bool takes_error = level == SOL_SOCKET && option == SO_ERROR;
  if (takes_error) call.announce_use(fd, "getsockopt");
  return call.finish_int(with_socket(call, fd, [&](Socket& socket) -> SysResult {
    if (!takes_error) return socket.options().get(level, option, value, length);
    const int error = socket.take_error();
    *length = std::min<socklen_t>(*length, sizeof error);
    std::memcpy(value, &error, *length);
    return 0;
  }));
}

ONHOOK_EXPORT int setsockopt(int fd, int level, int option, const void* value,
                             socklen_t length) noexcept {
  ONHOOK_OUTSIDE_REAL(setsockopt, fd, level, option, value, length);
  ONHOOK_CALL(call);
  return call.finish_int(with_socket(
      call, fd, [&](Socket& socket) { return socket.set_option(level, option, value, length); }));
}

// Datagrams and streams ---------------------------------------------------------------------------

ONHOOK_EXPORT ssize_t send(int fd, const void* data, size_t length, int flags) {
  ONHOOK_OUTSIDE_REAL(send, fd, data, length, flags);
  ONHOOK_CALL(call);
  const iovec buffer{const_cast<void*>(data), length};
  return call.finish(send_message(call, fd, {.buffers = {&buffer, 1}, .flags = flags}));
}

ONHOOK_EXPORT ssize_t sendto(int fd, const void* data, size_t length, int flags, const sockaddr* to,
                             socklen_t to_length) {
  ONHOOK_OUTSIDE_REAL(sendto, fd, data, length, flags, to, to_length);
  ONHOOK_CALL(call);
  const iovec buffer{const_cast<void*>(data), length};
  return call.finish(send_message(
      call, fd, {.buffers = {&buffer, 1}, .flags = flags, .to = to, .to_length = to_length}));
}

ONHOOK_EXPORT ssize_t sendmsg(int fd, const msghdr* header, int flags) {
  ONHOOK_OUTSIDE_REAL(sendmsg, fd, header, flags);
  ONHOOK_CALL(call);
  if (header->msg_controllen > 0) onhook_unmodelled("sendmsg with control messages");
  return call.finish(send_message(call, fd,
                                  {.buffers = {header->msg_iov, header->msg_iovlen},
                                   .flags = flags,
                                   .to = static_cast<const sockaddr*>(header->msg_name),
                                   .to_length = header->msg_namelen}));
}

ONHOOK_EXPORT ssize_t recv(int fd, void* data, size_t length, int flags) {
  ONHOOK_OUTSIDE_REAL(recv, fd, data, length, flags);
  ONHOOK_CALL(call);
  return receive_from(call, fd, data, length, flags, nullptr, nullptr);
}

ONHOOK_EXPORT ssize_t __recv_chk(int fd, void* data, size_t length, size_t room, int flags) {
  if (length > room) abort();
  if (current_scheduler() == nullptr) return ONHOOK_REAL(recv)(fd, data, length, flags);
  ONHOOK_CALL(call);
  return receive_from(call, fd, data, length, flags, nullptr, nullptr);
}

ONHOOK_EXPORT ssize_t recvfrom(int fd, void* data, size_t length, int flags, sockaddr* from,
                               socklen_t* from_length) {
  ONHOOK_OUTSIDE_REAL(recvfrom, fd, data, length, flags, from, from_length);
  ONHOOK_CALL(call);
  return receive_from(call, fd, data, length, flags, from, from_length);
}

ONHOOK_EXPORT ssize_t __recvfrom_chk(int fd, void* data, size_t length, size_t room, int flags,
                                     sockaddr* from, socklen_t* from_length) {
  if (length > room) abort();
  if (current_scheduler() == nullptr) {
    return ONHOOK_REAL(recvfrom)(fd, data, length, flags, from, from_length);
  }
  ONHOOK_CALL(call);
  return receive_from(call, fd, data, length, flags, from, from_length);
}

ONHOOK_EXPORT ssize_t recvmsg(int fd, msghdr* header, int flags) {
  ONHOOK_OUTSIDE_REAL(recvmsg, fd, header, flags);
  ONHOOK_CALL(call);
  Incoming message{.buffers = {header->msg_iov, header->msg_iovlen}, .flags = flags};
  const SysResult result = receive_message(call, fd, message);
  if (result >= 0) {
    if (header->msg_name != nullptr) {
      copy_out(message.from, static_cast<sockaddr*>(header->msg_name), &header->msg_namelen);
    }
    header->msg_flags = message.out_flags;
    if (message.error) {
      put_error(*message.error, *header);
    } else {
      header->msg_controllen = 0;
    }
  }
  return call.finish(result);
}
