// SPDX-License-Identifier: GPL-3.0-or-later
// Which TCP sockets are where, and how connections between them come about.
//
// Both ends are sockets of the world. Connecting to an address of this machine where nobody listens
// is refused at once; to a fake, which knows datagrams only, and to any other machine the run ends
// by name. So does a connection that the queue of a listener has no room for, which Linux would
// have the client try again. TIME-WAIT (RFC 9293, section 3.6.1) is not kept: a port is free when
// its last socket is.
#pragma once

#include <functional>
#include <vector>

#include "harness/kernel/ephemeral_ports.h"
#include "harness/kernel/network.h"

namespace onhook {

class TcpConnection;
class TcpSocket;

class TcpNetwork {
 public:
  explicit TcpNetwork(Network& datagrams);

  const Interfaces& interfaces() const { return datagrams_.interfaces(); }
  const KernelServices& services() const { return datagrams_.services(); }

  /// Sees every segment of data, and for each connection that is opened an empty one, before it
  /// arrives; as for datagrams (Network::intercept), but `arrives` works once and has to be called
  /// some time: a stream loses nothing.
  void intercept(Network::Interceptor interceptor) { interceptor_ = std::move(interceptor); }
  /// Lets it arrive, now or when whoever intercepts says so.
  void carry(const NetAddress& from, const NetAddress& to, const Bytes& payload,
             const std::function<void()>& arrives);
  /// The id of who listens there, kNoObject if nobody: what connecting races with.
  ObjectId listener_at(const NetAddress& to) const;

  // For TcpSocket --------------------------------------------------------------------------------

  /// Gives `socket` the address it wants, with port 0 an ephemeral one, and lists it.
  /// 0, -EADDRINUSE or -EADDRNOTAVAIL.
  int bind(TcpSocket& socket, NetAddress wanted);
  /// Lists one that shares the address of the listener which it was accepted by.
  void add(TcpSocket& socket) { bound_.push_back(&socket); }
  void unbind(TcpSocket& socket);
  /// False when somebody else listens at the address of `socket`.
  bool may_listen(const TcpSocket& socket) const;
  /// Ends the run if what would come of connecting to `to` is not known.
  void require_known(const NetAddress& to) const;
  /// The client's request to connect has arrived.
  void establish(TcpConnection& connection, const NetAddress& to);

 private:
  TcpSocket* find_listener(const NetAddress& to) const;
  bool is_free(const TcpSocket& socket, const NetAddress& wanted) const;

  Network& datagrams_;
  std::vector<TcpSocket*> bound_;
  Network::Interceptor interceptor_;
  EphemeralPorts ephemeral_ports_;
};

}  // namespace onhook
