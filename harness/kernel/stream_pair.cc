// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/stream_pair.h"

#include <sys/un.h>

#include <string>

namespace onhook {

namespace {
constexpr int kSendFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
constexpr int kReceiveFlags = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_PEEK | MSG_CMSG_CLOEXEC;
}  // namespace

StreamEnd::StreamEnd(const void* pair, SocketOptions options, int status_flags,
                     std::shared_ptr<ByteChannel> incoming, std::shared_ptr<ByteChannel> outgoing,
                     const KernelServices& services)
    : Socket("socketpair", status_flags, std::move(options), pair),
      incoming_(std::move(incoming)),
      outgoing_(std::move(outgoing)),
      services_(&services) {}

StreamEnd::~StreamEnd() {
  incoming_->has_reader = false;
  outgoing_->has_writer = false;
  wake_other(POLLHUP);
}

SysResult StreamEnd::bind(const sockaddr*, socklen_t) {
  services_->unmodelled("bind of an AF_UNIX socket");
}

SysResult StreamEnd::local_name(SocketName& name) const {
  reinterpret_cast<sockaddr_un&>(name.storage).sun_family = AF_UNIX;
  name.length = sizeof(sa_family_t);
  return 0;
}

SysResult StreamEnd::send(const Outgoing& message) {
  if ((message.flags & ~kSendFlags) != 0) {
    services_->unmodelled("send with flags " + std::to_string(message.flags));
  }
  if (message.to != nullptr) return -EISCONN;
  const SysResult result = outgoing_->put(message.buffers);
  if (result > 0) wake_other(POLLIN);
  return result;
}

SysResult StreamEnd::receive(Incoming& message) {
  if ((message.flags & ~kReceiveFlags) != 0) {
    services_->unmodelled("recv with flags " + std::to_string(message.flags));
  }
  const bool peek = (message.flags & MSG_PEEK) != 0;
  const SysResult result =
      incoming_->take(message.buffers, peek ? ByteChannel::Peek::yes : ByteChannel::Peek::no);
  if (result > 0 && !peek) wake_other(POLLOUT);
  return result;
}

SysResult StreamEnd::shutdown(int how) {
  if (how < SHUT_RD || how > SHUT_RDWR) return -EINVAL;
  if (how != SHUT_WR) incoming_->has_reader = incoming_->has_writer = false;
  if (how != SHUT_RD) outgoing_->has_writer = outgoing_->has_reader = false;
  wake(POLLHUP);
  wake_other(POLLHUP);
  return 0;
}

PollEvents StreamEnd::readiness() const {
  PollEvents events = 0;
  if (!incoming_->empty() || !incoming_->has_writer) events |= POLLIN | POLLRDNORM;
  if (!incoming_->has_writer) events |= POLLRDHUP;
  if (!outgoing_->full() || !outgoing_->has_reader) events |= kWritable;
  if (!incoming_->has_writer && !outgoing_->has_reader) events |= POLLHUP;
  return events;
}

SysResult StreamEnd::readable_bytes() const { return static_cast<SysResult>(incoming_->size()); }

void StreamEnd::wake_other(PollEvents events) {
  if (const auto other = other_.lock()) other->wake(events);
}

std::pair<DescriptionPtr, DescriptionPtr> make_stream_pair(const SocketOptions& options,
                                                           int status_flags,
                                                           const KernelServices& services) {
  const auto there = std::make_shared<ByteChannel>();
  const auto back = std::make_shared<ByteChannel>();
  auto a = std::make_shared<StreamEnd>(there.get(), options, status_flags, back, there, services);
  auto b = std::make_shared<StreamEnd>(there.get(), options, status_flags, there, back, services);
  a->other_ = b;
  b->other_ = a;
  return {std::move(a), std::move(b)};
}

}  // namespace onhook
