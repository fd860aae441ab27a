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

/// The bytes under way in one direction, and which ends still exist.
///
/// Linux keeps them in at most 16 pages, and a write that does not fit into what is left of the
/// last page starts a new one. That is what makes a write of up to PIPE_BUF bytes atomic, and a
/// pipe with a few bytes read from it still full.
class ByteChannel {
 public:
  static constexpr std::size_t kPage_bytes = 4096;
  static constexpr std::size_t kPages = 16;  ///< pipe(7): 64 KiB since Linux 2.6.11

  bool has_reader = true;
  bool has_writer = true;

  bool empty() const { return pages_.empty(); }
  bool full() const { return pages_.size() == kPages; }
  std::size_t size() const;

  enum class Peek : std::uint8_t { no, yes };
  /// Bytes moved; 0 at the end of the stream; -EAGAIN while there is nothing to read.
  SysResult take(std::span<const iovec> buffers, Peek peek = Peek::no);
  /// Bytes moved, perhaps fewer than asked; -EPIPE without a reader; -EAGAIN without room.
  SysResult put(std::span<const iovec> buffers);

 private:
  struct Page {
    Bytes bytes;            ///< everything written to it
    std::size_t taken = 0;  ///< of that, read already
  };
  std::deque<Page> pages_;  ///< none without unread bytes
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
