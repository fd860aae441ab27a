// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/pipe.h"

#include <climits>

namespace onhook {

SysResult ByteChannel::take(std::span<const iovec> buffers, Peek peek) {
  const std::size_t wanted = total_length(buffers);
  if (wanted == 0) return 0;
  if (bytes_.empty()) return has_writer ? -EAGAIN : 0;
  const std::size_t n = std::min(wanted, bytes_.size());
  const auto end = bytes_.begin() + static_cast<std::ptrdiff_t>(n);
  scatter(Bytes(bytes_.begin(), end), buffers);
  if (peek == Peek::no) bytes_.erase(bytes_.begin(), end);
  return static_cast<SysResult>(n);
}

SysResult ByteChannel::put(std::span<const iovec> buffers, std::size_t atomic) {
  const std::size_t wanted = total_length(buffers);
  if (!has_reader) return -EPIPE;
  if (wanted == 0) return 0;
  if (room() == 0 || (wanted <= atomic && wanted > room())) return -EAGAIN;
  const Bytes moved = gather(buffers, room());
  bytes_.insert(bytes_.end(), moved.begin(), moved.end());
  return static_cast<SysResult>(moved.size());
}

PipeEnd::PipeEnd(Side side, int flags, std::shared_ptr<ByteChannel> channel)
    : Description("pipe", flags | (side == Side::read ? O_RDONLY : O_WRONLY), channel.get()),
      side_(side),
      channel_(std::move(channel)) {}

PipeEnd::~PipeEnd() {
  (side_ == Side::read ? channel_->has_reader : channel_->has_writer) = false;
  if (const auto other = other_.lock()) {
    other->wake(side_ == Side::read ? POLLERR | POLLOUT : POLLHUP | POLLIN);
  }
}

PollEvents PipeEnd::readiness() const {
  PollEvents events = 0;
  if (side_ == Side::read) {
    if (!channel_->empty()) events |= POLLIN | POLLRDNORM;
    if (!channel_->has_writer) events |= POLLHUP;
  } else {
    if (channel_->room() >= PIPE_BUF) events |= POLLOUT | POLLWRNORM;
    if (!channel_->has_reader) events |= POLLERR;
  }
  return events;
}

SysResult PipeEnd::read(std::span<const iovec> buffers) {
  if (side_ != Side::read) return -EBADF;
  const SysResult result = channel_->take(buffers);
  const auto other = other_.lock();
  if (result > 0 && other != nullptr) other->wake(POLLOUT);
  return result;
}

SysResult PipeEnd::write(std::span<const iovec> buffers) {
  if (side_ != Side::write) return -EBADF;
  const SysResult result = channel_->put(buffers, PIPE_BUF);
  const auto other = other_.lock();
  if (result > 0 && other != nullptr) other->wake(POLLIN);
  return result;
}

SysResult PipeEnd::readable_bytes() const { return static_cast<SysResult>(channel_->size()); }

std::pair<DescriptionPtr, DescriptionPtr> make_pipe(int flags) {
  const auto channel = std::make_shared<ByteChannel>();
  auto reader = std::make_shared<PipeEnd>(PipeEnd::Side::read, flags, channel);
  auto writer = std::make_shared<PipeEnd>(PipeEnd::Side::write, flags, channel);
  reader->other_ = writer;
  writer->other_ = reader;
  return {std::move(reader), std::move(writer)};
}

}  // namespace onhook
