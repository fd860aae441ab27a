// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/tcp_network.h"

#include <algorithm>

#include "harness/kernel/tcp_connection.h"
#include "harness/kernel/tcp_socket.h"

namespace onhook {
namespace {

bool overlap(const IpAddress& a, const IpAddress& b) { return a.is_any() || b.is_any() || a == b; }

bool both(const TcpSocket& a, const TcpSocket& b, int option) {
  return a.options().is_set(SOL_SOCKET, option) && b.options().is_set(SOL_SOCKET, option);
}

}  // namespace

TcpNetwork::TcpNetwork(Network& datagrams) : datagrams_(datagrams) {}

void TcpNetwork::carry(const NetAddress& from, const NetAddress& to, const Bytes& payload,
                       const std::function<void()>& arrives) {
  if (interceptor_ && interceptor_(from, to, payload, arrives)) return;
  arrives();
}

bool TcpNetwork::is_free(const TcpSocket& socket, const NetAddress& wanted) const {
  return std::ranges::none_of(bound_, [&](const TcpSocket* other) {
    if (other == &socket || other->local().port != wanted.port) return false;
    if (!overlap(wanted.ip, other->local().ip)) return false;
    // socket(7): SO_REUSEADDR lets addresses be shared, except with one that listens.
    const bool shared = both(socket, *other, SO_REUSEADDR) && !other->is_listening();
    return !shared && !both(socket, *other, SO_REUSEPORT);
  });
}

int TcpNetwork::bind(TcpSocket& socket, NetAddress wanted) {
  if (!wanted.ip.is_any() && !interfaces().is_local(wanted.ip)) return -EADDRNOTAVAIL;
  if (wanted.port == 0) {
    wanted.port = ephemeral_ports_.next([&](std::uint16_t port) {
      return std::ranges::none_of(bound_, [&](const TcpSocket* other) {
        return other != &socket && other->local().port == port &&
               overlap(wanted.ip, other->local().ip);
      });
    });
    if (wanted.port == 0) return -EADDRINUSE;
  } else if (!is_free(socket, wanted)) {
    return -EADDRINUSE;
  }
  socket.set_local(wanted);
  bound_.push_back(&socket);
  return 0;
}

void TcpNetwork::unbind(TcpSocket& socket) { std::erase(bound_, &socket); }

bool TcpNetwork::may_listen(const TcpSocket& socket) const {
  return std::ranges::none_of(bound_, [&](const TcpSocket* other) {
    return other != &socket && other->is_listening() &&
           other->local().port == socket.local().port &&
           overlap(other->local().ip, socket.local().ip) && !both(socket, *other, SO_REUSEPORT);
  });
}

TcpSocket* TcpNetwork::find_listener(const NetAddress& to) const {
  TcpSocket* best = nullptr;
  for (TcpSocket* socket : bound_) {
    if (!socket->is_listening() || socket->local().port != to.port) continue;
    if (socket->local().ip == to.ip) return socket;
    if (socket->local().ip.is_any() && interfaces().is_local(to.ip)) best = socket;
  }
  return best;
}

ObjectId TcpNetwork::listener_at(const NetAddress& to) const {
  const TcpSocket* listener = find_listener(to);
  return listener != nullptr ? listener->id() : kNoObject;
}

void TcpNetwork::require_known(const NetAddress& to) const {
  if (find_listener(to) != nullptr || datagrams_.refuses(to)) return;
  if (datagrams_.has_handler(to)) {
    services().unmodelled("TCP to " + to.to_text() + ", where a fake hears UDP");
  }
  if (!interfaces().is_local(to.ip)) {
    services().unmodelled("TCP to " + to.to_text() + ", where nobody is");
  }
}

void TcpNetwork::establish(TcpConnection& connection, const NetAddress& to) {
  TcpSocket* const client = connection.end(TcpSide::client);
  if (client == nullptr || !client->is_connecting()) return;  // it has given up
  TcpSocket* const listener = datagrams_.take_refusal(to) ? nullptr : find_listener(to);
  if (listener == nullptr) return client->refused();
  if (!listener->has_room()) {
    services().unmodelled("TCP to " + to.to_text() + ", which has too many to accept");
  }
  listener->queue(connection, to, client->local());
  client->established();
}

}  // namespace onhook
