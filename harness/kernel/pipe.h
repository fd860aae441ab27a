// SPDX-License-Identifier: GPL-3.0-or-later
// Byte streams inside the process: pipe(7), and the connected AF_UNIX stream pair of socketpair().
//
// SIGPIPE is taken to be ignored, as Janus's main() has it: a write without readers is EPIPE.
#pragma once

#include <deque>
#include <utility>

#include "harness/kernel/description.h"
#include "harness/kernel/io_vector.h"

namespace onhook {

/// The bytes under way in one direction, and the ends that still exist. The description that waits
/// on the other side is woken through the pointers; each end clears its own when it goes.
class ByteChannel {
 public:
  static constexpr std::size_t kCapacity = 65536;  ///< pipe(7): the default since Linux 2.6.11

  bool has_reader = true;
  bool has_writer = true;

  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  std::size_t room() const { return kCapacity - bytes_.size(); }

  enum class Peek : std::uint8_t { no, yes };
  /// Bytes moved; 0 at the end of the stream; -EAGAIN while there is nothing to read.
  SysResult take(std::span<const iovec> buffers, Peek peek = Peek::no);
  /// Bytes moved, perhaps fewer than asked; -EPIPE without a reader; -EAGAIN without room. What is
  /// at most `atomic` bytes long is moved whole or not at all.
  SysResult put(std::span<const iovec> buffers, std::size_t atomic);

 private:
  std::deque<std::uint8_t> bytes_;
};

/// One end of a pipe.
class PipeEnd final : public Description {
 public:
  enum class Side : std::uint8_t { read, write };

  PipeEnd(Side side, int flags, std::shared_ptr<ByteChannel> channel);
  ~PipeEnd() override;

  PollEvents readiness() const override;
  SysResult read(std::span<const iovec> buffers) override;
  SysResult write(std::span<const iovec> buffers) override;
  SysResult readable_bytes() const override;

 private:
  friend std::pair<DescriptionPtr, DescriptionPtr> make_pipe(int);

  Side side_;
  std::shared_ptr<ByteChannel> channel_;
  std::weak_ptr<PipeEnd> other_;
};

/// The read end and the write end of a new pipe; `flags`: O_NONBLOCK or 0.
std::pair<DescriptionPtr, DescriptionPtr> make_pipe(int flags);

}  // namespace onhook
