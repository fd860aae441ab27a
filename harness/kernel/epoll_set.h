// SPDX-License-Identifier: GPL-3.0-or-later
// epoll(7), level-triggered and EPOLLONESHOT. Edge triggering is not modelled (ends the run by
// name).
//
// Unlike poll(), an epoll set knows descriptions, not numbers: a member goes when its description's
// last number is closed, whoever gets the number then.
#pragma once

#include <sys/epoll.h>

#include <span>
#include <vector>

#include "harness/kernel/description.h"
#include "harness/kernel/services.h"

namespace onhook {

class EpollSet final : public Description {
 public:
  explicit EpollSet(const KernelServices& services);

  /// epoll_ctl(): 0 or -errno. `event` may be null for EPOLL_CTL_DEL.
  SysResult control(int operation, int fd, const DescriptionPtr& member, const epoll_event* event);
  /// Stores what is ready, at most events.size(), and returns how many; members take turns.
  int collect(std::span<epoll_event> events);
  /// The set's own id and its members'.
  std::vector<ObjectId> objects() const;

  PollEvents readiness() const override;
  std::uint64_t wakeups(PollEvents events) const override;
  SysResult read(std::span<const iovec>) override { return -EINVAL; }
  SysResult write(std::span<const iovec>) override { return -EINVAL; }

 private:
  struct Member {
    int fd;
    std::weak_ptr<Description> description;
    std::uint32_t events;
    epoll_data_t data;
    bool disarmed = false;  ///< EPOLLONESHOT fired

    std::uint32_t ready() const;
  };

  const KernelServices* services_;
  std::vector<Member> members_;  ///< least recently reported first
};

}  // namespace onhook
