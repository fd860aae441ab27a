// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/socket_options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace onhook {

namespace {

constexpr int kDefaultBuffer_bytes = 212'992;  // net.core.rmem_default, wmem_default
// net.ipv4.tcp_rmem and tcp_wmem; what a connection holds is their sum here, Linux lets it grow.
constexpr int kTcpReceiveBuffer_bytes = 131'072;
constexpr int kTcpSendBuffer_bytes = 16'384;
constexpr int kSmallestBuffer_bytes = 2304;  // socket(7), SO_RCVBUF
constexpr int kDefaultTtl_hops = 64;

struct Known {
  int level;
  int name;
  int initial;
};

constexpr std::array kKnown = {
    Known{SOL_SOCKET, SO_REUSEADDR, 0},
    Known{SOL_SOCKET, SO_REUSEPORT, 0},
    Known{SOL_SOCKET, SO_BROADCAST, 0},
    Known{SOL_SOCKET, SO_KEEPALIVE, 0},
    Known{SOL_SOCKET, SO_PRIORITY, 0},
    Known{SOL_SOCKET, SO_RCVBUF, kDefaultBuffer_bytes},
    Known{SOL_SOCKET, SO_SNDBUF, kDefaultBuffer_bytes},
    Known{IPPROTO_IP, IP_TOS, 0},
    Known{IPPROTO_IP, IP_TTL, kDefaultTtl_hops},
    Known{IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_WANT},
    Known{IPPROTO_IP, IP_RECVERR, 0},
};

constexpr std::array kKnownV6 = {
    Known{IPPROTO_IPV6, IPV6_V6ONLY, 0},
    Known{IPPROTO_IPV6, IPV6_TCLASS, 0},
    Known{IPPROTO_IPV6, IPV6_UNICAST_HOPS, kDefaultTtl_hops},
    Known{IPPROTO_IPV6, IPV6_RECVERR, 0},
};

constexpr std::array kKnownTcp = {
    Known{IPPROTO_TCP, TCP_NODELAY, 0},
    Known{IPPROTO_TCP, TCP_KEEPIDLE, 7200},  // seconds; nothing here is ever silent for so long
    Known{IPPROTO_TCP, TCP_KEEPINTVL, 75},
};

bool is_buffer_size(int level, int name) {
  return level == SOL_SOCKET && (name == SO_RCVBUF || name == SO_SNDBUF);
}

// Names are few and their numbers are what a reader has in the debugger.
std::string in_words(const char* call, int level, int name) {
  return std::string(call) + "(level " + std::to_string(level) + ", option " +
         std::to_string(name) + ")";
}

SysResult put(const void* from, std::size_t size, void* value, socklen_t* length) {
  const std::size_t n = std::min<std::size_t>(*length, size);
  std::memcpy(value, from, n);
  *length = static_cast<socklen_t>(n);
  return 0;
}

timeval to_timeval(TimeNs time_ns) {
  if (time_ns == kForever) return {0, 0};
  return {time_ns / 1'000'000'000, time_ns % 1'000'000'000 / 1000};
}

}  // namespace

SocketOptions::SocketOptions(int domain, int type, int protocol, const KernelServices& services)
    : domain_(domain), type_(type), protocol_(protocol), services_(&services) {
  for (const Known& known : kKnown) {
    if (known.level == IPPROTO_IP && domain == AF_UNIX) continue;
    integers_.push_back({known.level, known.name, known.initial});
  }
  if (protocol == IPPROTO_TCP) {
    for (const Known& known : kKnownTcp) {
      integers_.push_back({known.level, known.name, known.initial});
    }
    for (Integer& integer : integers_) {
      if (integer.level != SOL_SOCKET) continue;
      if (integer.name == SO_RCVBUF) integer.value = kTcpReceiveBuffer_bytes;
      if (integer.name == SO_SNDBUF) integer.value = kTcpSendBuffer_bytes;
    }
  }
  if (domain != AF_INET6) return;
  for (const Known& known : kKnownV6) {
    integers_.push_back({known.level, known.name, known.initial});
  }
}

const SocketOptions::Integer* SocketOptions::find(int level, int name) const {
  const auto it = std::ranges::find_if(
      integers_, [&](const Integer& i) { return i.level == level && i.name == name; });
  return it != integers_.end() ? &*it : nullptr;
}

int SocketOptions::integer(int level, int name) const {
  const Integer* found = find(level, name);
  return found != nullptr ? found->value : 0;
}

SysResult SocketOptions::get(int level, int name, void* value, socklen_t* length) const {
  if (level == SOL_SOCKET) {
    if (name == SO_TYPE) return put(&type_, sizeof type_, value, length);
    if (name == SO_DOMAIN) return put(&domain_, sizeof domain_, value, length);
    if (name == SO_PROTOCOL) return put(&protocol_, sizeof protocol_, value, length);
    if (name == SO_RCVTIMEO || name == SO_SNDTIMEO) {
      const timeval time = to_timeval(name == SO_RCVTIMEO ? receive_timeout_ns_ : send_timeout_ns_);
      return put(&time, sizeof time, value, length);
    }
  }
  if (const Integer* found = find(level, name)) {
    return put(&found->value, sizeof found->value, value, length);
  }
  if (level == IPPROTO_IPV6 && domain_ != AF_INET6) return -ENOPROTOOPT;
  services_->unmodelled(in_words("getsockopt", level, name));
}

SysResult SocketOptions::set(int level, int name, const void* value, socklen_t length) {
  if (level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO)) {
    timeval time{};
    if (length < sizeof time) return -EINVAL;
    std::memcpy(&time, value, sizeof time);
    if (time.tv_usec < 0 || time.tv_usec >= 1'000'000) return -EDOM;
    const TimeNs time_ns = time.tv_sec * TimeNs{1'000'000'000} + time.tv_usec * TimeNs{1000};
    (name == SO_RCVTIMEO ? receive_timeout_ns_ : send_timeout_ns_) =
        time_ns == 0 ? kForever : time_ns;
    return 0;
  }
  auto* found = const_cast<Integer*>(find(level, name));
  if (found == nullptr) {
    if (level == IPPROTO_IPV6 && domain_ != AF_INET6) return -ENOPROTOOPT;
    services_->unmodelled(in_words("setsockopt", level, name));
  }
  // The options of IPPROTO_IP may be given as a single byte (ip(7)).
  int number = 0;
  if (length >= sizeof number) {
    std::memcpy(&number, value, sizeof number);
  } else if (level == IPPROTO_IP && length >= 1) {
    number = *static_cast<const std::uint8_t*>(value);
  } else {
    return -EINVAL;
  }
  // Linux doubles what is asked for, to make room for its own bookkeeping (socket(7)).
  if (is_buffer_size(level, name)) {
    number = std::max(std::min(number, kDefaultBuffer_bytes) * 2, kSmallestBuffer_bytes);
  }
  found->value = number;
  return 0;
}

}  // namespace onhook
