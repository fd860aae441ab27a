// SPDX-License-Identifier: GPL-3.0-or-later
// A UDP socket as Linux has it (udp(7), ip(7), RFC 768), for IPv4, IPv6 and both at once.
//
// What matters to a relay thread is here: ICMP errors become POLLERR without POLLIN, are pending
// until SO_ERROR, recv() or send() takes them, and reach connected sockets only (or, with
// IP_RECVERR, any socket and its error queue). A connected socket hears its peer alone; what was
// queued before stays. Sending never blocks: the virtual network takes everything at once.
#pragma once

#include <deque>
#include <optional>

#include "harness/kernel/network.h"
#include "harness/kernel/socket.h"

namespace onhook {

class UdpSocket final : public Socket {
 public:
  UdpSocket(SocketOptions options, int status_flags, Network& network);
  ~UdpSocket() override;

  SysResult bind(const sockaddr* name, socklen_t length) override;
  SysResult connect(const sockaddr* name, socklen_t length) override;
  SysResult local_name(SocketName& name) const override;
  SysResult peer_name(SocketName& name) const override;
  SysResult send(const Outgoing& message) override;
  SysResult receive(Incoming& message) override;
  SysResult shutdown(int how) override;
  int take_error() override;
  SysResult set_option(int level, int name, const void* value, socklen_t length) override;
  PollEvents readiness() const override;
  SysResult readable_bytes() const override;

  /// Where a message would go; nullopt if it would fail. For dependency tracking.
  std::optional<NetAddress> destination(const Outgoing& message) const;
  const NetAddress& local() const { return local_; }
  const std::optional<NetAddress>& peer() const { return peer_; }

  // For Network ----------------------------------------------------------------------------------

  /// Whether a socket with these options, bound to `ip`, hears datagrams of a family.
  bool would_hear_v4(const IpAddress& ip) const;
  bool would_hear_v6(const IpAddress& ip) const;
  /// How well the socket fits a datagram; negative: not at all.
  int score(const NetAddress& from, const NetAddress& to) const;
  void set_local(const NetAddress& address) { local_ = address; }
  void enqueue(const NetAddress& from, Bytes payload);
  /// Refusals by the peer were declared: whoever sleeps in a poll() looks again.
  void notice_refusal() { wake(POLLERR); }

 private:
  struct Datagram {
    NetAddress from;
    Bytes payload;
  };
  struct ErrorEntry {
    QueuedError error;
    Bytes payload;
  };

  /// The address that `name` means to this socket, or -errno.
  SysResult resolve(const sockaddr* name, socklen_t length, NetAddress& address) const;
  SysResult source_towards(const NetAddress& to, IpAddress& source) const;
  /// Binds an unbound socket to any address and an ephemeral port; 0 or -errno.
  SysResult bind_if_needed();
  SysResult dissolve();
  bool wants_error_queue(const NetAddress& to) const;
  void refused(const NetAddress& to, Bytes payload);
  SysResult receive_error(Incoming& message);

  Network& network_;
  NetAddress local_;  ///< port 0: not bound
  /// What bind() fixed stays when a connection is dissolved (Linux: SOCK_BINDADDR_LOCK,
  /// -PORT_LOCK).
  bool address_is_fixed_ = false;
  bool port_is_fixed_ = false;
  std::optional<NetAddress> peer_;
  std::deque<Datagram> queue_;
  std::size_t queued_bytes_ = 0;
  std::deque<ErrorEntry> errors_;
  int pending_error_ = 0;
  bool reads_shut_ = false;
  bool writes_shut_ = false;
};

}  // namespace onhook
