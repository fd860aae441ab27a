// SPDX-License-Identifier: GPL-3.0-or-later
// Names to addresses, for getaddrinfo() and gethostbyname(): numeric hosts, "localhost", the
// machine's own name, and what the world declares. Everything else is EAI_NONAME at once; no query
// is sent and no time passes.
#pragma once

#include <netdb.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/kernel/interfaces.h"
#include "harness/kernel/net_address.h"

namespace onhook {

/// One entry of getaddrinfo()'s answer.
struct ResolvedAddress {
  int family = AF_INET;  ///< AF_INET or AF_INET6
  int type = SOCK_STREAM;
  int protocol = 0;
  NetAddress address;
};

class Resolver {
 public:
  /// "localhost" and `host_name` are known from the start.
  Resolver(std::string host_name, const Interfaces& interfaces);

  const std::string& host_name() const { return host_name_; }
  void add_host(std::string_view name, std::vector<IpAddress> addresses);

  /// The addresses of a name or a numeric host, in the order of preference; empty: unknown.
  std::vector<IpAddress> addresses_of(std::string_view host) const;

  /// getaddrinfo(3) (RFC 3493, section 6.1): 0 or an EAI_ code. Null pointers mean what they mean
  /// there; `hints` null: any family, any type.
  int resolve(const char* host, const char* service, const addrinfo* hints,
              std::vector<ResolvedAddress>& answers) const;

 private:
  std::string host_name_;
  std::map<std::string, std::vector<IpAddress>, std::less<>> hosts_;
};

}  // namespace onhook
