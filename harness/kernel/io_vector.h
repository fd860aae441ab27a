// SPDX-License-Identifier: GPL-3.0-or-later
// Copying between contiguous bytes and the caller's buffers.
#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace onhook {

using Bytes = std::vector<std::uint8_t>;

inline std::size_t total_length(std::span<const iovec> buffers) {
  std::size_t length = 0;
  for (const iovec& buffer : buffers) length += buffer.iov_len;
  return length;
}

/// Copies `from` into the buffers, in order; returns how many bytes found room.
inline std::size_t scatter(std::span<const std::uint8_t> from, std::span<const iovec> buffers) {
  std::size_t done = 0;
  for (const iovec& buffer : buffers) {
    const std::size_t n = std::min(buffer.iov_len, from.size() - done);
    if (n > 0) std::memcpy(buffer.iov_base, from.data() + done, n);
    done += n;
  }
  return done;
}

/// The first `limit` bytes of the buffers, in order.
inline Bytes gather(std::span<const iovec> buffers, std::size_t limit = SIZE_MAX) {
  Bytes bytes;
  bytes.reserve(std::min(limit, total_length(buffers)));
  for (const iovec& buffer : buffers) {
    const std::size_t n = std::min(buffer.iov_len, limit - bytes.size());
    const auto* data = static_cast<const std::uint8_t*>(buffer.iov_base);
    if (n > 0) bytes.insert(bytes.end(), data, data + n);
  }
  return bytes;
}

}  // namespace onhook
