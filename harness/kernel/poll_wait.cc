// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/poll_wait.h"

#include <algorithm>

namespace onhook {

PollWait::PollWait(DescriptorTable& table, std::span<pollfd> fds, const Caller& caller)
    : table_(table), fds_(fds), caller_(caller) {}

int PollWait::check() {
  for (Watched& w : watched_) w.wakeups_seen = w.description->wakeups(w.events);
  int count = 0;
  for (pollfd& fd : fds_) {
    fd.revents = 0;
    if (fd.fd < 0) continue;
    DescriptionPtr description = table_.use(fd.fd, caller_);
    if (description == nullptr) {
      fd.revents = POLLNVAL;
    } else {
      fd.revents = static_cast<short>(description->readiness() & (fd.events | kAlwaysReported));
      if (!started_) {
        const std::uint64_t seen = description->wakeups(fd.events);
        watched_.push_back({std::move(description), fd.events, seen});
      }
    }
    if (fd.revents != 0) ++count;
  }
  started_ = true;
  return count;
}

bool PollWait::woken() const {
  return std::ranges::any_of(watched_, [](const Watched& w) {
    return w.description->wakeups(w.events) != w.wakeups_seen;
  });
}

std::vector<ObjectId> PollWait::objects() const {
  std::vector<ObjectId> objects;
  if (started_) {
    for (const Watched& w : watched_) objects.push_back(w.description->id());
  } else {
    for (const pollfd& fd : fds_) {
      if (const Description* d = table_.peek(fd.fd)) objects.push_back(d->id());
    }
  }
  return objects;
}

}  // namespace onhook
