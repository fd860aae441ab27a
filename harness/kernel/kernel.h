// SPDX-License-Identifier: GPL-3.0-or-later
// The virtual kernel: every descriptor, datagram, file and name of one world.
//
// It is a model and nothing else: no thread, no clock, no real input or output. Interposed C
// library calls (interpose/libc_*.cc) ask it, the fakes' network (fakes/env.h) ends in it, and the
// host fills it before the world starts. All of its state is ordinary memory behind one object, so
// that a snapshot of the world's memory holds it whole.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/kernel/descriptor_table.h"
#include "harness/kernel/file_store.h"
#include "harness/kernel/interfaces.h"
#include "harness/kernel/network.h"
#include "harness/kernel/resolver.h"
#include "harness/kernel/services.h"
#include "harness/kernel/tcp_network.h"

namespace onhook {

class Socket;

struct KernelOptions {
  std::vector<Interface> interfaces = default_interfaces();
  std::string host_name = "onhook";
};

class Kernel {
 public:
  explicit Kernel(KernelServices services, KernelOptions options = {});
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  DescriptorTable& descriptors() { return descriptors_; }
  Network& network() { return network_; }
  TcpNetwork& tcp() { return tcp_; }
  FileStore& files() { return files_; }
  Resolver& resolver() { return resolver_; }
  const Interfaces& interfaces() const { return network_.interfaces(); }
  const KernelServices& services() const { return services_; }

  // Calls that make descriptors: a number, or -errno. `flags` are each call's own. ---------------

  /// UDP over IPv4 or IPv6, TCP over IPv4; everything else ends the run by name.
  SysResult socket(int domain, int type, int protocol, const Caller& caller);
  SysResult socketpair(int domain, int type, int protocol, int fds[2], const Caller& caller);
  SysResult pipe(int fds[2], int flags, const Caller& caller);
  SysResult eventfd(unsigned initial, int flags, const Caller& caller);
  SysResult epoll_create(int flags, const Caller& caller);
  SysResult open(std::string_view path, int flags, mode_t mode, const Caller& caller);
  SysResult dup(int fd, int at_least, CloseOnExec close_on_exec, const Caller& caller);

  /// The socket behind a number; null and -EBADF or -ENOTSOCK in `error` otherwise. `keep` holds
  /// it.
  Socket* use_socket(int fd, const Caller& caller, DescriptionPtr& keep, SysResult& error);

  /// The descriptor behind each stdio stream that the world has opened.
  std::map<const void*, int>& streams() { return streams_; }

 private:
  /// Gives both of a pair a number, or neither.
  SysResult open_pair(std::pair<DescriptionPtr, DescriptionPtr> pair, CloseOnExec close_on_exec,
                      int fds[2], const Caller& caller);

  KernelServices services_;
  Network network_;
  TcpNetwork tcp_;
  FileStore files_;
  Resolver resolver_;
  std::map<const void*, int> streams_;
  DescriptorTable descriptors_;  ///< last: what it holds refers to the network
};

/// The running world's kernel, or null. A pointer for the interposed calls, set by the host; the
/// kernel itself belongs to the world.
Kernel* current_kernel();
void set_current_kernel(Kernel* kernel);

}  // namespace onhook
