// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/network.h"

#include <algorithm>
#include <utility>

#include "harness/kernel/udp_socket.h"

namespace onhook {

namespace {

bool both(const UdpSocket& a, const UdpSocket& b, int option) {
  return a.options().is_set(SOL_SOCKET, option) && b.options().is_set(SOL_SOCKET, option);
}

}  // namespace

Network::Network(Interfaces interfaces, const KernelServices& services)
    : interfaces_(std::move(interfaces)), services_(&services) {}

void Network::inject(const NetAddress& from, const NetAddress& to, Bytes payload) {
  deliver(from, to, std::move(payload));
}

Network::Delivery Network::deliver(const NetAddress& from, const NetAddress& to, Bytes payload) {
  if (to.ip.is_multicast()) services_->unmodelled("a datagram to " + to.to_text());
  const bool taken = interceptor_ && interceptor_(from, to, payload, [this, from, to, payload] {
                       hand_over(from, to, payload);
                     });
  return taken ? Delivery::done : hand_over(from, to, std::move(payload));
}

Network::Delivery Network::hand_over(const NetAddress& from, const NetAddress& to, Bytes payload) {
  if (UdpSocket* socket = find_socket(from, to)) {
    socket->enqueue(from, std::move(payload));
    return Delivery::done;
  }
  if (const auto it = handlers_.find(to); it != handlers_.end()) {
    // The handler may take steps, during which others may change the table.
    const Handler handler = it->second;
    handler(from, payload);
    return Delivery::done;
  }
  return interfaces_.is_local(to.ip) ? Delivery::refused : Delivery::done;
}

void Network::on_datagram(const NetAddress& at, Handler handler) {
  if (handler) {
    handlers_[at] = std::move(handler);
  } else {
    handlers_.erase(at);
  }
}

void Network::refuse(const NetAddress& to, int times) {
  if (times == 0) {
    refusals_.erase(to);
    return;
  }
  refusals_[to] = times;
  for (UdpSocket* socket : bound_) {
    if (socket->peer() == to) socket->notice_refusal();
  }
}

bool Network::take_refusal(const NetAddress& to) {
  const auto it = refusals_.find(to);
  if (it == refusals_.end()) return false;
  if (it->second > 0 && --it->second == 0) refusals_.erase(it);
  return true;
}

ObjectId Network::receiver_of(const NetAddress& from, const NetAddress& to) const {
  const UdpSocket* socket = find_socket(from, to);
  return socket != nullptr ? socket->id() : kNoObject;
}

UdpSocket* Network::find_socket(const NetAddress& from, const NetAddress& to) const {
  UdpSocket* best = nullptr;
  int best_score = 0;
  for (UdpSocket* socket : bound_) {
    const int score = socket->score(from, to);
    if (score < 0 || (best != nullptr && score < best_score)) continue;
    best = socket;  // of equals (SO_REUSEADDR) the one bound last
    best_score = score;
  }
  return best;
}

bool Network::is_free(const UdpSocket& socket, const NetAddress& wanted) const {
  return std::ranges::none_of(bound_, [&](const UdpSocket* other) {
    if (other == &socket || other->local().port != wanted.port) return false;
    const IpAddress& theirs = other->local().ip;
    const bool share_a_family = (socket.would_hear_v4(wanted.ip) && other->would_hear_v4(theirs)) ||
                                (socket.would_hear_v6(wanted.ip) && other->would_hear_v6(theirs));
    const bool overlap =
        share_a_family && (wanted.ip.is_any() || theirs.is_any() || wanted.ip == theirs);
    return overlap && !both(socket, *other, SO_REUSEADDR) && !both(socket, *other, SO_REUSEPORT);
  });
}

int Network::bind(UdpSocket& socket, NetAddress wanted) {
  if (!wanted.ip.is_any() && !interfaces_.is_local(wanted.ip)) return -EADDRNOTAVAIL;
  if (wanted.port == 0) {
    wanted.port = ephemeral_ports_.next([&](std::uint16_t port) {
      return is_free(socket, {wanted.ip, port});
    });
    if (wanted.port == 0) return -EADDRINUSE;
  } else if (!is_free(socket, wanted)) {
    return -EADDRINUSE;
  }
  socket.set_local(wanted);
  bound_.push_back(&socket);
  return 0;
}

void Network::unbind(UdpSocket& socket) {
  std::erase(bound_, &socket);
  socket.set_local({});
}

}  // namespace onhook
