// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/pipe.h"

#include <algorithm>

namespace onhook {

std::size_t ByteChannel::size() const {
  std::size_t sum = 0;
  for (const Page& page : pages_) sum += page.bytes.size() - page.taken;
  return sum;
}

SysResult ByteChannel::take(std::span<const iovec> buffers, Peek peek) {
  const std::size_t wanted = total_length(buffers);
  if (wanted == 0) return 0;
  if (pages_.empty()) return has_writer ? -EAGAIN : 0;
  Bytes unread;
  for (const Page& page : pages_) {
    unread.insert(unread.end(), page.bytes.begin() + static_cast<std::ptrdiff_t>(page.taken),
                  page.bytes.end());
    if (unread.size() >= wanted) break;
  }
  const std::size_t moved = scatter(unread, buffers);
  if (peek == Peek::yes) return static_cast<SysResult>(moved);
  for (std::size_t left = moved; left > 0;) {
    Page& page = pages_.front();
    const std::size_t n = std::min(left, page.bytes.size() - page.taken);
    page.taken += n;
    left -= n;
    if (page.taken == page.bytes.size()) pages_.pop_front();
  }
  return static_cast<SysResult>(moved);
}

SysResult ByteChannel::put(std::span<const iovec> buffers) {
  if (!has_reader) return -EPIPE;
  const Bytes bytes = gather(buffers);
  if (bytes.empty()) return 0;
  std::size_t done = 0;
  const std::size_t odd = bytes.size() % kPage_bytes;
  if (!pages_.empty() && odd > 0 && pages_.back().bytes.size() + odd <= kPage_bytes) {
    Bytes& last = pages_.back().bytes;
    last.insert(last.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(odd));
    done = odd;
  }
  while (done < bytes.size() && !full()) {
    const std::size_t n = std::min(kPage_bytes, bytes.size() - done);
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(done);
    pages_.push_back({Bytes(from, from + static_cast<std::ptrdiff_t>(n))});
    done += n;
  }
  return done > 0 ? static_cast<SysResult>(done) : -EAGAIN;
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
    if (!channel_->full()) events |= POLLOUT | POLLWRNORM;
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
  const SysResult result = channel_->put(buffers);
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
