// SPDX-License-Identifier: GPL-3.0-or-later
// Preloaded into the server, which looks for ICE candidates on every interface but loopback: to it,
// loopback is an interface like any other, and there is no other. So nothing that it sends can
// leave the machine. This is all that is changed about the server's process.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stddef.h>

int getifaddrs(struct ifaddrs** list) {
  int (*real)(struct ifaddrs**) = (int (*)(struct ifaddrs**))dlsym(RTLD_NEXT, "getifaddrs");
  if (real == NULL) return -1;
  int result = real(list);
  for (struct ifaddrs* i = result == 0 ? *list : NULL; i != NULL; i = i->ifa_next) {
    if (i->ifa_flags & IFF_LOOPBACK)
      i->ifa_flags &= ~(unsigned)IFF_LOOPBACK;
    else
      i->ifa_flags &= ~(unsigned)(IFF_UP | IFF_RUNNING);
  }
  return result;
}
