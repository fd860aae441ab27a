// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/resolver.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace onhook {

namespace {

struct Transport {
  int type;
  int protocol;
};

// The order in which glibc lists them when the hints leave the choice open.
constexpr std::array kTransports = {Transport{SOCK_STREAM, IPPROTO_TCP},
                                    Transport{SOCK_DGRAM, IPPROTO_UDP},
                                    Transport{SOCK_RAW, IPPROTO_IP}};

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// 0 or an EAI_ code.
int resolve_service(const char* service, int flags, std::uint16_t& port) {
  port = 0;
  if (service == nullptr) return 0;
  const std::string_view text(service);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc() && end == text.data() + text.size()) return 0;
  if ((flags & AI_NUMERICSERV) != 0) return EAI_NONAME;
  // RFC 3261, section 19.1.2.
  if (text == "sip") return port = 5060, 0;
  if (text == "sips") return port = 5061, 0;
  return EAI_SERVICE;
}

}  // namespace

Resolver::Resolver(std::string host_name, const Interfaces& interfaces)
    : host_name_(std::move(host_name)) {
  add_host("localhost", {IpAddress::v6(in6addr_loopback), IpAddress::v4(INADDR_LOOPBACK)});
  std::vector<IpAddress> own;
  for (const Interface& interface : interfaces.list()) {
    for (const InterfaceAddress& address : interface.addresses) {
      if (!address.ip.is_loopback()) own.push_back(address.ip);
    }
  }
  add_host(host_name_, std::move(own));
}

void Resolver::add_host(std::string_view name, std::vector<IpAddress> addresses) {
  hosts_.insert_or_assign(lower_case(name), std::move(addresses));
}

std::vector<IpAddress> Resolver::addresses_of(std::string_view host) const {
  if (const auto numeric = IpAddress::parse(host)) return {*numeric};
  const auto it = hosts_.find(lower_case(host));
  return it != hosts_.end() ? it->second : std::vector<IpAddress>{};
}

int Resolver::resolve(const char* host, const char* service, const addrinfo* hints,
                      std::vector<ResolvedAddress>& answers) const {
  const addrinfo wanted = hints != nullptr ? *hints : addrinfo{};
  if (host == nullptr && service == nullptr) return EAI_NONAME;
  if (wanted.ai_family != AF_UNSPEC && wanted.ai_family != AF_INET &&
      wanted.ai_family != AF_INET6) {
    return EAI_FAMILY;
  }
  std::uint16_t port = 0;
  if (const int error = resolve_service(service, wanted.ai_flags, port)) return error;

  std::vector<IpAddress> addresses;
  bool is_numeric = true;
  if (host == nullptr) {
    addresses = (wanted.ai_flags & AI_PASSIVE) != 0
                    ? std::vector{IpAddress::any_v4(), IpAddress::any_v6()}
                    : addresses_of("localhost");
  } else {
    is_numeric = IpAddress::parse(host).has_value();
    if (!is_numeric && (wanted.ai_flags & AI_NUMERICHOST) != 0) return EAI_NONAME;
    addresses = addresses_of(host);
    if (addresses.empty()) return EAI_NONAME;
  }

  for (const IpAddress& ip : addresses) {
    const int family = ip.is_v4() ? AF_INET : AF_INET6;
    const bool mapped =
        family == AF_INET && wanted.ai_family == AF_INET6 && (wanted.ai_flags & AI_V4MAPPED) != 0;
    if (wanted.ai_family != AF_UNSPEC && wanted.ai_family != family && !mapped) continue;
    for (const Transport& transport : kTransports) {
      if (wanted.ai_socktype != 0 && wanted.ai_socktype != transport.type) continue;
      const bool any_protocol = transport.type == SOCK_RAW;
      if (wanted.ai_protocol != 0 && !any_protocol && wanted.ai_protocol != transport.protocol) {
        continue;
      }
      answers.push_back({mapped ? AF_INET6 : family,
                         transport.type,
                         any_protocol ? wanted.ai_protocol : transport.protocol,
                         {ip, port}});
    }
  }
  if (!answers.empty()) return 0;
  return host != nullptr && is_numeric ? EAI_ADDRFAMILY : EAI_NONAME;
}

}  // namespace onhook
