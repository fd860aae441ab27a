// SPDX-License-Identifier: GPL-3.0-or-later
// What all sockets answer to, whatever they are made of. Answers as in description.h.
#pragma once

#include <optional>
#include <utility>

#include "harness/kernel/description.h"
#include "harness/kernel/net_address.h"
#include "harness/kernel/socket_options.h"

namespace onhook {

/// What sendto() or sendmsg() carries.
struct Outgoing {
  std::span<const iovec> buffers;
  int flags = 0;                 ///< MSG_*
  const sockaddr* to = nullptr;  ///< null: the connected peer
  socklen_t to_length = 0;
};

/// An entry of the error queue (ip(7), IP_RECVERR): an ICMP error and the datagram it is about.
struct QueuedError {
  int error = 0;        ///< errno
  NetAddress offender;  ///< where the datagram went
};

/// What recvfrom() or recvmsg() asks for and gets.
struct Incoming {
  std::span<const iovec> buffers;
  int flags = 0;                       ///< MSG_*, in
  SocketName from{};                   ///< out; length 0: none
  int out_flags = 0;                   ///< out: msg_flags
  std::optional<QueuedError> error{};  ///< out: with MSG_ERRQUEUE
};

class Socket : public Description {
 public:
  Socket(std::string_view kind, int status_flags, SocketOptions options,
         const void* shared = nullptr)
      : Description(kind, O_RDWR | status_flags, shared), options_(std::move(options)) {}

  Socket* as_socket() final { return this; }

  virtual SysResult bind(const sockaddr* name, socklen_t length) = 0;
  virtual SysResult connect(const sockaddr* name, socklen_t length) = 0;
  virtual SysResult listen(int) { return -EOPNOTSUPP; }
  /// 0 and the connection that waited longest, whose flags are `status_flags`; -EAGAIN if none
  /// does.
  virtual SysResult accept(DescriptionPtr& accepted, int status_flags) {
    (void)accepted, (void)status_flags;
    return -EOPNOTSUPP;
  }
  /// 0 and the name, or -ENOTCONN.
  virtual SysResult local_name(SocketName& name) const = 0;
  virtual SysResult peer_name(SocketName& name) const = 0;
  virtual SysResult send(const Outgoing& message) = 0;
  virtual SysResult receive(Incoming& message) = 0;
  virtual SysResult shutdown(int how) = 0;
  /// The pending error, an errno or 0, which it clears (SO_ERROR).
  virtual int take_error() = 0;

  virtual SysResult set_option(int level, int name, const void* value, socklen_t length) {
    return options_.set(level, name, value, length);
  }

  SysResult read(std::span<const iovec> buffers) final;
  SysResult write(std::span<const iovec> buffers) final;

  const SocketOptions& options() const { return options_; }

 private:
  SocketOptions options_;
};

}  // namespace onhook
