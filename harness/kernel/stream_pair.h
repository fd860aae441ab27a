// SPDX-License-Identifier: GPL-3.0-or-later
// One end of socketpair(AF_UNIX, SOCK_STREAM): two byte channels, crosswise. Each holds
// what a pipe holds; Linux's own limit depends on how the bytes were written.
#pragma once

#include <utility>

#include "harness/kernel/pipe.h"
#include "harness/kernel/socket.h"

namespace onhook {

class StreamEnd final : public Socket {
 public:
  StreamEnd(const void* pair, SocketOptions options, int status_flags,
            std::shared_ptr<ByteChannel> incoming, std::shared_ptr<ByteChannel> outgoing,
            const KernelServices& services);
  ~StreamEnd() override;

  SysResult bind(const sockaddr*, socklen_t) override;
  SysResult connect(const sockaddr*, socklen_t) override { return -EISCONN; }
  SysResult local_name(SocketName& name) const override;
  SysResult peer_name(SocketName& name) const override { return local_name(name); }
  SysResult send(const Outgoing& message) override;
  SysResult receive(Incoming& message) override;
  SysResult shutdown(int how) override;
  int take_error() override { return 0; }
  PollEvents readiness() const override;
  SysResult readable_bytes() const override;

 private:
  friend std::pair<DescriptionPtr, DescriptionPtr> make_stream_pair(const SocketOptions&, int,
                                                                    const KernelServices&);
  void wake_other(PollEvents events);

  std::shared_ptr<ByteChannel> incoming_;
  std::shared_ptr<ByteChannel> outgoing_;
  std::weak_ptr<StreamEnd> other_;
  const KernelServices* services_;
};

/// Two connected ends; `status_flags`: O_NONBLOCK or 0.
std::pair<DescriptionPtr, DescriptionPtr> make_stream_pair(const SocketOptions& options,
                                                           int status_flags,
                                                           const KernelServices& services);

}  // namespace onhook
