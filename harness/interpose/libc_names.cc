// SPDX-License-Identifier: GPL-3.0-or-later
// Names of hosts and interfaces: the resolver and the interface list of the virtual kernel.
//
// Lists are laid out as glibc does (one block for interfaces, one block an address), so that a list
// made in the world and freed outside of it, or the other way round, does no harm.
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstring>

#include "harness/interpose/kernel_call.h"

using namespace onhook;

namespace {

struct AddressBlock {
  addrinfo info;
  sockaddr_storage name;
};

struct InterfaceBlock {
  ifaddrs entry;
  char name[IF_NAMESIZE];
  sockaddr_storage address;
  sockaddr_storage mask;
  sockaddr_storage broadcast;
};

sockaddr* put(const NetAddress& address, int family, sockaddr_storage& at) {
  at = to_socket_name(address, family).storage;
  return reinterpret_cast<sockaddr*>(&at);
}

addrinfo* to_list(const std::vector<ResolvedAddress>& answers, const char* canonical_name) {
  addrinfo* first = nullptr;
  addrinfo** link = &first;
  for (const ResolvedAddress& answer : answers) {
    auto* block = static_cast<AddressBlock*>(calloc(1, sizeof(AddressBlock)));
    addrinfo& info = block->info;
    info.ai_family = answer.family;
    info.ai_socktype = answer.type;
    info.ai_protocol = answer.protocol;
    info.ai_addr = put(answer.address, answer.family, block->name);
    info.ai_addrlen = answer.family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    *link = &info;
    link = &info.ai_next;
  }
  if (first != nullptr && canonical_name != nullptr) first->ai_canonname = strdup(canonical_name);
  return first;
}

void fill(const Interface& interface, const InterfaceAddress& own, InterfaceBlock& block) {
  const int family = own.ip.is_v4() ? AF_INET : AF_INET6;
  interface.name.copy(block.name, IF_NAMESIZE - 1);
  block.entry.ifa_name = block.name;
  block.entry.ifa_flags = interface.flags;
  block.entry.ifa_addr = put({own.ip, 0}, family, block.address);
  block.entry.ifa_netmask = put({netmask(own), 0}, family, block.mask);
  if (family == AF_INET && (interface.flags & IFF_BROADCAST) != 0) {
    const std::uint32_t highest = own.ip.to_v4() | ~netmask(own).to_v4();
    block.entry.ifa_broadaddr = put({IpAddress::v4(highest), 0}, family, block.broadcast);
  }
}

}  // namespace

ONHOOK_EXPORT int getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                              addrinfo** result) {
  ONHOOK_OUTSIDE_REAL(getaddrinfo, host, service, hints, result);
  ONHOOK_CALL(call);
  std::vector<ResolvedAddress> answers;
  const int error = call.kernel.resolver().resolve(host, service, hints, answers);
  if (error != 0) return error;
  const bool wants_name = hints != nullptr && (hints->ai_flags & AI_CANONNAME) != 0;
  *result = to_list(answers, wants_name ? host : nullptr);
  return 0;
}

ONHOOK_EXPORT void freeaddrinfo(addrinfo* list) noexcept {
  ONHOOK_OUTSIDE_REAL(freeaddrinfo, list);
  while (list != nullptr) {
    addrinfo* next = list->ai_next;
    free(list->ai_canonname);
    free(list);
    list = next;
  }
}

ONHOOK_EXPORT int getnameinfo(const sockaddr* name, socklen_t length, char* host,
                              socklen_t host_room, char* service, socklen_t service_room,
                              int flags) {
  // In the world no address has a name; with numbers only, the real one asks nobody.
  if (current_scheduler() != nullptr) {
    if ((flags & NI_NAMEREQD) != 0) return EAI_NONAME;
    flags |= NI_NUMERICHOST | NI_NUMERICSERV;
  }
  return ONHOOK_REAL(getnameinfo)(name, length, host, host_room, service, service_room, flags);
}

ONHOOK_EXPORT hostent* gethostbyname(const char* host) {
  ONHOOK_OUTSIDE_REAL(gethostbyname, host);
  ONHOOK_CALL(call);
  // Like libc's: written before each answer, valid until the next.
  static in_addr address;
  static char name[NI_MAXHOST];
  static char* addresses[2];
  static char* aliases[1];
  static hostent entry;
  for (const IpAddress& ip : call.kernel.resolver().addresses_of(host)) {
    if (!ip.is_v4()) continue;
    address.s_addr = htonl(ip.to_v4());
    name[std::string_view(host).copy(name, sizeof name - 1)] = '\0';
    addresses[0] = reinterpret_cast<char*>(&address);
    entry = {name, aliases, AF_INET, sizeof address, addresses};
    return &entry;
  }
  h_errno = HOST_NOT_FOUND;
  return nullptr;
}

ONHOOK_EXPORT int getifaddrs(ifaddrs** result) noexcept {
  ONHOOK_OUTSIDE_REAL(getifaddrs, result);
  ONHOOK_CALL(call);
  std::size_t count = 0;
  for (const Interface& interface : call.kernel.interfaces().list()) {
    count += interface.addresses.size();
  }
  auto* blocks =
      static_cast<InterfaceBlock*>(calloc(std::max<std::size_t>(count, 1), sizeof(InterfaceBlock)));
  std::size_t n = 0;
  for (const Interface& interface : call.kernel.interfaces().list()) {
    for (const InterfaceAddress& own : interface.addresses) {
      fill(interface, own, blocks[n]);
      if (n > 0) blocks[n - 1].entry.ifa_next = &blocks[n].entry;
      ++n;
    }
  }
  *result = &blocks->entry;
  return 0;
}

ONHOOK_EXPORT void freeifaddrs(ifaddrs* list) noexcept {
  ONHOOK_OUTSIDE_REAL(freeifaddrs, list);
  free(list);
}

ONHOOK_EXPORT unsigned if_nametoindex(const char* name) noexcept {
  ONHOOK_OUTSIDE_REAL(if_nametoindex, name);
  ONHOOK_CALL(call);
  const unsigned index = call.kernel.interfaces().index_of(name);
  if (index == 0) errno = ENODEV;
  return index;
}

ONHOOK_EXPORT char* if_indextoname(unsigned index, char* name) noexcept {
  ONHOOK_OUTSIDE_REAL(if_indextoname, index, name);
  ONHOOK_CALL(call);
  for (const Interface& interface : call.kernel.interfaces().list()) {
    if (interface.index == index) return std::strcpy(name, interface.name.c_str());
  }
  errno = ENXIO;
  return nullptr;
}

ONHOOK_EXPORT int gethostname(char* name, size_t room) noexcept {
  ONHOOK_OUTSIDE_REAL(gethostname, name, room);
  ONHOOK_CALL(call);
  const std::string& own = call.kernel.resolver().host_name();
  if (own.size() >= room) return call.finish_int(-ENAMETOOLONG);
  std::strcpy(name, own.c_str());
  return 0;
}
