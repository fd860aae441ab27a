// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/event_counter.h"

#include <cstring>

#include "harness/kernel/io_vector.h"

namespace onhook {

namespace {
constexpr std::uint64_t kLargestCount = UINT64_MAX - 1;
}

EventCounter::EventCounter(std::uint64_t initial, Mode mode, int flags)
    : Description("eventfd", O_RDWR | flags), count_(initial), mode_(mode) {}

PollEvents EventCounter::readiness() const {
  PollEvents events = 0;
  if (count_ > 0) events |= POLLIN;
  if (count_ < kLargestCount) events |= POLLOUT;
  return events;
}

SysResult EventCounter::read(std::span<const iovec> buffers) {
  if (total_length(buffers) < sizeof count_) return -EINVAL;
  if (count_ == 0) return -EAGAIN;
  const std::uint64_t taken = mode_ == Mode::whole ? count_ : 1;
  count_ -= taken;
  std::uint8_t bytes[sizeof taken];
  std::memcpy(bytes, &taken, sizeof taken);
  scatter(bytes, buffers);
  wake(POLLOUT);
  return sizeof taken;
}

SysResult EventCounter::write(std::span<const iovec> buffers) {
  std::uint64_t added = 0;
  if (total_length(buffers) < sizeof added) return -EINVAL;
  std::memcpy(&added, gather(buffers, sizeof added).data(), sizeof added);
  if (added == UINT64_MAX) return -EINVAL;
  if (added > kLargestCount - count_) return -EAGAIN;
  count_ += added;
  wake(POLLIN);
  return sizeof added;
}

}  // namespace onhook
