// SPDX-License-Identifier: GPL-3.0-or-later
// getsockopt() and setsockopt(): the options that Janus, sofia-sip and GLib use, with Linux's
// defaults. SO_ERROR has an effect and is the socket's own affair (Socket::take_error()).
//
// An option that is not listed here is not an error of the program: it is something onhook does not
// model, and ends the run by name.
#pragma once

#include <sys/socket.h>

#include <vector>

#include "harness/base/ids.h"
#include "harness/kernel/description.h"
#include "harness/kernel/services.h"

namespace onhook {

class SocketOptions {
 public:
  SocketOptions(int domain, int type, int protocol, const KernelServices& services);

  int domain() const { return domain_; }
  int type() const { return type_; }

  /// 0 or -errno, as the calls of the same names.
  SysResult get(int level, int name, void* value, socklen_t* length) const;
  SysResult set(int level, int name, const void* value, socklen_t length);

  /// The value of an integer option; 0 if the socket has no such option.
  int integer(int level, int name) const;
  bool is_set(int level, int name) const { return integer(level, name) != 0; }

  /// SO_RCVTIMEO; kForever when none is set.
  TimeNs receive_timeout_ns() const { return receive_timeout_ns_; }
  TimeNs send_timeout_ns() const { return send_timeout_ns_; }

 private:
  struct Integer {
    int level;
    int name;
    int value;
  };
  const Integer* find(int level, int name) const;

  int domain_;
  int type_;
  int protocol_;
  const KernelServices* services_;
  std::vector<Integer> integers_;
  TimeNs receive_timeout_ns_ = kForever;
  TimeNs send_timeout_ns_ = kForever;
};

}  // namespace onhook
