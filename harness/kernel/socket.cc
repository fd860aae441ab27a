// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/socket.h"

namespace onhook {

SysResult Socket::read(std::span<const iovec> buffers) {
  Incoming message{.buffers = buffers};
  return receive(message);
}

SysResult Socket::write(std::span<const iovec> buffers) { return send({.buffers = buffers}); }

}  // namespace onhook
