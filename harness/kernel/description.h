// SPDX-License-Identifier: GPL-3.0-or-later
// What a descriptor number stands for: POSIX's "open file description". Pipes' ends, sockets,
// counters, epoll sets and open files derive from it; the descriptor table hands out numbers for
// it.
//
// A description never blocks and never schedules. A call that would have to wait answers -EAGAIN
// whatever O_NONBLOCK says; interpose/ then waits for readiness() or hands the error on. Answers
// follow the convention between Linux and its C library: a count >= 0, or the negative of an errno.
//
// A call in progress keeps the description alive (shared_ptr) though its number is closed
// meanwhile, as Linux does: a thread blocked in recv() or poll() still occupies the port.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "harness/base/ids.h"

namespace onhook {

/// A count >= 0, or -errno.
using SysResult = std::int64_t;

/// Who makes a call: for the descriptor log. `site` is the return address of the call, 0 if
/// unknown.
struct Caller {
  ThreadId thread = kNoThread;
  std::uintptr_t site = 0;
  const char* call = "";  ///< "send"; lives for ever. Null: it only asks, nobody is told
};

/// POLLIN, POLLOUT, POLLERR, POLLHUP and their aliases, as poll() reports them.
using PollEvents = short;

inline constexpr PollEvents kReadable = POLLIN | POLLRDNORM;
inline constexpr PollEvents kWritable = POLLOUT | POLLWRNORM | POLLWRBAND;
/// Reported whether asked for or not.
inline constexpr PollEvents kAlwaysReported = POLLERR | POLLHUP | POLLNVAL;

inline ObjectId object_id(const void* object) { return reinterpret_cast<ObjectId>(object); }

class Socket;

class Description : public std::enable_shared_from_this<Description> {
 public:
  /// `kind` must live for ever: "pipe", "udp socket", ... `shared`: what several descriptions show
  /// sides of (the bytes of a pipe), null if there is no such thing.
  Description(std::string_view kind, int status_flags, const void* shared = nullptr)
      : id_(object_id(shared != nullptr ? shared : this)),
        kind_(kind),
        status_flags_(status_flags) {}
  virtual ~Description() = default;
  Description(const Description&) = delete;
  Description& operator=(const Description&) = delete;

  /// What is shared behind it: the two ends of a pipe have the same id.
  ObjectId id() const { return id_; }
  std::string_view kind() const { return kind_; }

  /// O_NONBLOCK, O_APPEND and the access mode, as fcntl(F_GETFL) shows them.
  int status_flags() const { return status_flags_; }
  void set_status_flags(int flags);
  bool is_blocking() const { return (status_flags_ & O_NONBLOCK) == 0; }

  virtual PollEvents readiness() const = 0;
  virtual SysResult read(std::span<const iovec> buffers) = 0;
  virtual SysResult write(std::span<const iovec> buffers) = 0;
  /// Bytes that a read would find now (FIONREAD), or -errno.
  virtual SysResult readable_bytes() const { return -ENOTTY; }
  /// Null unless it is a socket.
  virtual Socket* as_socket() { return nullptr; }

  /// How often a sleeper that waits for `events` has been woken. A poll() that sleeps wakes up when
  /// this changes, not when readiness() is true: after its number was closed and given to something
  /// else, it is still the old description that wakes it (see poll.h).
  virtual std::uint64_t wakeups(PollEvents events) const {
    return ((events & kReadable) != 0 ? readable_wakeups_ : 0) +
           ((events & kWritable) != 0 ? writable_wakeups_ : 0) + urgent_wakeups_;
  }

 protected:
  /// Wakes the sleepers that wait for one of `events`; POLLERR and POLLHUP wake everybody.
  void wake(PollEvents events);

 private:
  ObjectId id_;
  std::string_view kind_;
  int status_flags_;
  std::uint64_t readable_wakeups_ = 0;
  std::uint64_t writable_wakeups_ = 0;
  std::uint64_t urgent_wakeups_ = 0;
};

using DescriptionPtr = std::shared_ptr<Description>;

}  // namespace onhook
