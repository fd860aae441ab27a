// SPDX-License-Identifier: GPL-3.0-or-later
// The virtual network: carries datagrams between the world's UDP sockets and the fakes' endpoints.
// No packet leaves the process and none takes time: a fake that wants latency waits before it
// sends.
//
// - To an address of this machine (interfaces.h): to the best matching socket or endpoint; with
//   neither, the sender gets the ICMP "port unreachable" that Linux would deliver at once.
// - To any other address: to the endpoint there; with none the datagram is lost without a word,
//   unless refuse() says that the host answers with ICMP errors.
//
// Multicast and broadcast are not modelled and end the run by name.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "harness/base/ids.h"
#include "harness/kernel/ephemeral_ports.h"
#include "harness/kernel/interfaces.h"
#include "harness/kernel/io_vector.h"
#include "harness/kernel/net_address.h"
#include "harness/kernel/services.h"

namespace onhook {

class UdpSocket;

class Network {
 public:
  using Handler = std::function<void(const NetAddress& from, const Bytes& payload)>;
  /// Decides what becomes of a datagram: true if that is up to it, which may call `arrives` never,
  /// once or more often, now or later; false lets it pass.
  using Interceptor =
      std::function<bool(const NetAddress& from, const NetAddress& to, const Bytes& payload,
                         const std::function<void()>& arrives)>;
  static constexpr int kForEver = -1;

  Network(Interfaces interfaces, const KernelServices& services);

  /// What binding and unbinding of ports contend for.
  ObjectId id() const { return reinterpret_cast<ObjectId>(this); }
  const Interfaces& interfaces() const { return interfaces_; }
  const KernelServices& services() const { return *services_; }

  // For the fakes (fakes/env.h) ------------------------------------------------------------------

  /// A datagram as if sent from `from`; lost when nobody is at `to`.
  void inject(const NetAddress& from, const NetAddress& to, Bytes payload);
  /// Calls `handler` on the sender's thread for each datagram to `at`; an empty one removes it.
  void on_datagram(const NetAddress& at, Handler handler);
  /// Sees every datagram first, from now on; an empty one removes it.
  void intercept(Interceptor interceptor) { interceptor_ = std::move(interceptor); }
  /// `times` ICMP errors come from `to`, one for each time that the program looks: each is taken by
  /// the next send, receive, poll or SO_ERROR of a socket connected to `to`, or swallows one
  /// datagram of a socket that is not connected. kForEver, or 0 to stop.
  void refuse(const NetAddress& to, int times);
  /// The id of the socket that a datagram would reach, kNoObject if none: what a send races with.
  ObjectId receiver_of(const NetAddress& from, const NetAddress& to) const;

  // For UdpSocket --------------------------------------------------------------------------------

  enum class Delivery : std::uint8_t { done, refused };
  Delivery deliver(const NetAddress& from, const NetAddress& to, Bytes payload);
  /// Gives `socket` the address it wants, with port 0 an ephemeral one, and lists it.
  /// 0, -EADDRINUSE or -EADDRNOTAVAIL.
  int bind(UdpSocket& socket, NetAddress wanted);
  void unbind(UdpSocket& socket);
  bool refuses(const NetAddress& to) const { return refusals_.contains(to); }
  bool has_handler(const NetAddress& at) const { return handlers_.contains(at); }
  /// Uses up one refusal; false when there is none.
  bool take_refusal(const NetAddress& to);

 private:
  Delivery hand_over(const NetAddress& from, const NetAddress& to, Bytes payload);
  UdpSocket* find_socket(const NetAddress& from, const NetAddress& to) const;
  bool is_free(const UdpSocket& socket, const NetAddress& wanted) const;

  Interfaces interfaces_;
  const KernelServices* services_;
  std::vector<UdpSocket*> bound_;
  std::map<NetAddress, Handler> handlers_;
  std::map<NetAddress, int> refusals_;
  Interceptor interceptor_;
  EphemeralPorts ephemeral_ports_;
};

}  // namespace onhook
