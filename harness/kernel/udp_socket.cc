// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/udp_socket.h"

#include <bit>
#include <utility>

namespace onhook {

namespace {

constexpr std::size_t kLargestV4Payload_bytes = 65'507;  // 65535 - 20 (IP) - 8 (UDP)
constexpr std::size_t kLargestV6Payload_bytes = 65'527;  // 65535 - 8
/// What a datagram takes of SO_RCVBUF: Linux counts the memory that it allocated, in powers of two
/// except for small ones (measured on 6.x: 832 for an RTP packet of 172 bytes, 2304 for 1000).
std::size_t buffer_cost(std::size_t payload_bytes) {
  constexpr std::size_t kBookkeeping = 256;
  constexpr std::size_t kHeaders = 64 + 320;
  constexpr std::size_t kSmall = 576;
  const std::size_t needed = payload_bytes + kHeaders;
  return kBookkeeping + (needed <= kSmall ? kSmall : std::bit_ceil(needed));
}

constexpr int kSendFlags = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_CONFIRM;
constexpr int kReceiveFlags = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_PEEK | MSG_TRUNC | MSG_ERRQUEUE |
                              MSG_WAITALL | MSG_CMSG_CLOEXEC;

NetAddress unbound_address(int domain) {
  return {domain == AF_INET ? IpAddress::any_v4() : IpAddress::any_v6(), 0};
}

IpAddress loopback_like(const IpAddress& any) {
  return any.is_v4() ? IpAddress::v4(INADDR_LOOPBACK) : IpAddress::v6(in6addr_loopback);
}

}  // namespace

UdpSocket::UdpSocket(SocketOptions options, int status_flags, Network& network)
    : Socket("udp socket", status_flags, std::move(options)), network_(network) {
  local_ = unbound_address(this->options().domain());
}

UdpSocket::~UdpSocket() { network_.unbind(*this); }

SysResult UdpSocket::bind(const sockaddr* name, socklen_t length) {
  const int domain = options().domain();
  if (name == nullptr || length < sizeof(sa_family_t)) return -EINVAL;
  const auto wanted = from_sockaddr(name, length);
  if (!wanted) return name->sa_family == domain ? -EINVAL : -EAFNOSUPPORT;
  if (name->sa_family != domain) return -EAFNOSUPPORT;
  if (local_.port != 0) return -EINVAL;
  if (domain == AF_INET6 && wanted->ip.is_v4() && options().is_set(IPPROTO_IPV6, IPV6_V6ONLY)) {
    return -EINVAL;
  }
  if (wanted->ip.is_multicast()) {
    network_.services().unmodelled("bind to " + wanted->to_text());
  }
  if (const int error = network_.bind(*this, *wanted)) return error;
  address_is_fixed_ = !wanted->ip.is_any();
  port_is_fixed_ = wanted->port != 0;
  return 0;
}

SysResult UdpSocket::bind_if_needed() {
  if (local_.port != 0) return 0;
  return network_.bind(*this, {local_.ip, 0});
}

SysResult UdpSocket::resolve(const sockaddr* name, socklen_t length, NetAddress& address) const {
  if (name == nullptr || length < sizeof(sa_family_t)) return -EINVAL;
  const bool known_family =
      name->sa_family == AF_INET || (name->sa_family == AF_INET6 && options().domain() == AF_INET6);
  if (!known_family) return -EAFNOSUPPORT;
  const auto parsed = from_sockaddr(name, length);
  if (!parsed) return -EINVAL;
  address = *parsed;
  if (address.ip.is_v4() && options().is_set(IPPROTO_IPV6, IPV6_V6ONLY)) return -ENETUNREACH;
  if (address.ip.is_any()) address.ip = loopback_like(address.ip);
  if (address.ip == IpAddress::v4(INADDR_BROADCAST)) {
    if (!options().is_set(SOL_SOCKET, SO_BROADCAST)) return -EACCES;
    network_.services().unmodelled("a datagram to " + address.to_text());
  }
  return 0;
}

SysResult UdpSocket::source_towards(const NetAddress& to, IpAddress& source) const {
  const auto routed = network_.interfaces().source_for(to.ip);
  if (!routed) return -ENETUNREACH;
  source = local_.ip.is_any() ? *routed : local_.ip;
  if (source.is_v4() != to.ip.is_v4()) return -ENETUNREACH;
  // Nothing leaves the machine with a loopback address as its source.
  if (source.is_loopback() && !network_.interfaces().is_local(to.ip)) return -EINVAL;
  return 0;
}

SysResult UdpSocket::connect(const sockaddr* name, socklen_t length) {
  if (name == nullptr || length < sizeof(sa_family_t)) return -EINVAL;
  if (name->sa_family == AF_UNSPEC) return dissolve();
  NetAddress to;
  if (const SysResult error = resolve(name, length, to)) return error;
  if (to.ip.is_multicast()) network_.services().unmodelled("connect to " + to.to_text());
  if (const SysResult error = bind_if_needed()) return error;
  IpAddress source;
  if (const SysResult error = source_towards(to, source)) return error;
  local_.ip = source;
  peer_ = to;
  return 0;
}

SysResult UdpSocket::dissolve() {
  peer_.reset();
  if (!port_is_fixed_ && local_.port != 0) network_.unbind(*this);
  if (!address_is_fixed_) local_.ip = unbound_address(options().domain()).ip;
  return 0;
}

SysResult UdpSocket::local_name(SocketName& name) const {
  name = to_socket_name(local_, options().domain());
  return 0;
}

SysResult UdpSocket::peer_name(SocketName& name) const {
  if (!peer_) return -ENOTCONN;
  name = to_socket_name(*peer_, options().domain());
  return 0;
}

std::optional<NetAddress> UdpSocket::destination(const Outgoing& message) const {
  if (message.to == nullptr) return peer_;
  NetAddress to;
  if (resolve(message.to, message.to_length, to) != 0) return std::nullopt;
  return to;
}

SysResult UdpSocket::send(const Outgoing& message) {
  if ((message.flags & ~kSendFlags) != 0) {
    network_.services().unmodelled("send with flags " + std::to_string(message.flags));
  }
  NetAddress to;
  if (message.to != nullptr) {
    if (const SysResult error = resolve(message.to, message.to_length, to)) return error;
  } else if (peer_) {
    to = *peer_;
  } else {
    return -EDESTADDRREQ;
  }
  const std::size_t length = total_length(message.buffers);
  if (length > (to.ip.is_v4() ? kLargestV4Payload_bytes : kLargestV6Payload_bytes)) {
    return -EMSGSIZE;
  }
  if (to.port == 0) return -EINVAL;
  if (const SysResult error = bind_if_needed()) return error;
  IpAddress source;
  if (const SysResult error = source_towards(to, source)) return error;
  if (const int error = take_error()) return -error;
  if (writes_shut_) return -EPIPE;

  Bytes payload = gather(message.buffers);
  const bool lost = peer_ != to && network_.take_refusal(to);
  if (lost || network_.deliver({source, local_.port}, to, payload) == Network::Delivery::refused) {
    refused(to, std::move(payload));
  }
  return static_cast<SysResult>(length);
}

bool UdpSocket::wants_error_queue(const NetAddress& to) const {
  return to.ip.is_v4() ? options().is_set(IPPROTO_IP, IP_RECVERR)
                       : options().is_set(IPPROTO_IPV6, IPV6_RECVERR);
}

void UdpSocket::refused(const NetAddress& to, Bytes payload) {
  const bool queued = wants_error_queue(to);
  if (queued) errors_.push_back({{ECONNREFUSED, to}, std::move(payload)});
  if (!queued && peer_ != to) return;
  pending_error_ = ECONNREFUSED;
  wake(POLLERR);
}

int UdpSocket::take_error() {
  if (pending_error_ == 0 && peer_ && network_.take_refusal(*peer_)) refused(*peer_, {});
  return std::exchange(pending_error_, 0);
}

SysResult UdpSocket::receive(Incoming& message) {
  if ((message.flags & ~kReceiveFlags) != 0) {
    network_.services().unmodelled("recv with flags " + std::to_string(message.flags));
  }
  if ((message.flags & MSG_ERRQUEUE) != 0) return receive_error(message);
  if (const int error = take_error()) return -error;
  if (queue_.empty()) {
    // Linux looks at the shutdown only on its way to sleep.
    const bool would_sleep = is_blocking() && (message.flags & MSG_DONTWAIT) == 0;
    return reads_shut_ && would_sleep ? 0 : -EAGAIN;
  }
  const Datagram& first = queue_.front();
  const std::size_t copied = scatter(first.payload, message.buffers);
  const std::size_t full = first.payload.size();
  message.from = to_socket_name(first.from, options().domain());
  message.out_flags = copied < full ? MSG_TRUNC : 0;
  if ((message.flags & MSG_PEEK) == 0) {
    queued_bytes_ -= buffer_cost(full);
    queue_.pop_front();
  }
  return static_cast<SysResult>((message.flags & MSG_TRUNC) != 0 ? full : copied);
}

SysResult UdpSocket::receive_error(Incoming& message) {
  if (errors_.empty()) return -EAGAIN;
  const ErrorEntry entry = std::move(errors_.front());
  errors_.pop_front();
  pending_error_ = errors_.empty() ? 0 : errors_.front().error.error;
  const std::size_t copied = scatter(entry.payload, message.buffers);
  message.from = to_socket_name(entry.error.offender, options().domain());
  message.out_flags = MSG_ERRQUEUE | (copied < entry.payload.size() ? MSG_TRUNC : 0);
  message.error = entry.error;
  return static_cast<SysResult>(copied);
}

SysResult UdpSocket::shutdown(int how) {
  if (how < SHUT_RD || how > SHUT_RDWR) return -EINVAL;
  // Linux acts even where it answers ENOTCONN.
  if (how != SHUT_WR) reads_shut_ = true;
  if (how != SHUT_RD) writes_shut_ = true;
  wake(POLLHUP);
  return peer_ ? 0 : -ENOTCONN;
}

SysResult UdpSocket::set_option(int level, int name, const void* value, socklen_t length) {
  if (level == IPPROTO_IPV6 && name == IPV6_V6ONLY && local_.port != 0) return -EINVAL;
  return Socket::set_option(level, name, value, length);
}

PollEvents UdpSocket::readiness() const {
  PollEvents events = kWritable;
  if (pending_error_ != 0 || !errors_.empty() || (peer_ && network_.refuses(*peer_))) {
    events |= POLLERR;
  }
  if (!queue_.empty() || reads_shut_) events |= kReadable;
  if (reads_shut_) events |= POLLRDHUP;
  if (reads_shut_ && writes_shut_) events |= POLLHUP;
  return events;
}

SysResult UdpSocket::readable_bytes() const {
  return queue_.empty() ? 0 : static_cast<SysResult>(queue_.front().payload.size());
}

bool UdpSocket::would_hear_v4(const IpAddress& ip) const {
  if (options().domain() == AF_INET || ip.is_v4()) return true;
  return ip.is_any() && !options().is_set(IPPROTO_IPV6, IPV6_V6ONLY);
}

bool UdpSocket::would_hear_v6(const IpAddress& ip) const {
  return options().domain() == AF_INET6 && !ip.is_v4();
}

int UdpSocket::score(const NetAddress& from, const NetAddress& to) const {
  constexpr int kNoMatch = -1;
  if (local_.port != to.port || (peer_ && peer_ != from)) return kNoMatch;
  if (!(to.ip.is_v4() ? would_hear_v4(local_.ip) : would_hear_v6(local_.ip))) return kNoMatch;
  if (!local_.ip.is_any() && local_.ip != to.ip) return kNoMatch;
  const bool same_family = to.ip.is_v4() == (options().domain() == AF_INET);
  // As Linux ranks them: the right family, then a fixed address, then a connection.
  return (same_family ? 1 : 0) + (local_.ip.is_any() ? 0 : 2) + (peer_ ? 4 : 0);
}

void UdpSocket::enqueue(const NetAddress& from, Bytes payload) {
  const std::size_t cost = buffer_cost(payload.size());
  const auto limit = static_cast<std::size_t>(options().integer(SOL_SOCKET, SO_RCVBUF));
  if (queued_bytes_ + cost > limit) return;  // lost, as on any full socket
  queued_bytes_ += cost;
  queue_.push_back({from, std::move(payload)});
  wake(POLLIN);
}

}  // namespace onhook
