// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/epoll_set.h"

#include <algorithm>

namespace onhook {

// epoll(7)'s bits are poll(2)'s.
static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLERR == POLLERR &&
              EPOLLHUP == POLLHUP);

EpollSet::EpollSet(const KernelServices& services)
    : Description("epoll", O_RDWR), services_(&services) {}

SysResult EpollSet::control(int operation, int fd, const DescriptionPtr& member,
                            const epoll_event* event) {
  if (member.get() == this) return -EINVAL;
  if (member->kind() == "file") return -EPERM;
  std::erase_if(members_, [](const Member& m) { return m.description.expired(); });
  const auto it = std::ranges::find_if(
      members_, [&](const Member& m) { return m.fd == fd && m.description.lock() == member; });
  if (operation == EPOLL_CTL_DEL) {
    if (it == members_.end()) return -ENOENT;
    members_.erase(it);
    return 0;
  }
  if (event == nullptr) return -EFAULT;
  constexpr std::uint32_t kUnmodelled = EPOLLET | EPOLLEXCLUSIVE | EPOLLWAKEUP;
  if ((event->events & kUnmodelled) != 0) services_->unmodelled("epoll_ctl with EPOLLET");
  if (operation == EPOLL_CTL_ADD) {
    if (it != members_.end()) return -EEXIST;
    members_.push_back({fd, member, event->events, event->data});
  } else if (operation == EPOLL_CTL_MOD) {
    if (it == members_.end()) return -ENOENT;
    *it = {fd, member, event->events, event->data};
  } else {
    return -EINVAL;
  }
  wake(POLLIN);
  return 0;
}

std::uint32_t EpollSet::Member::ready() const {
  const DescriptionPtr alive = description.lock();
  if (alive == nullptr || disarmed) return 0;
  return static_cast<std::uint32_t>(alive->readiness()) & (events | EPOLLERR | EPOLLHUP);
}

int EpollSet::collect(std::span<epoll_event> events) {
  std::vector<Member> reported;
  std::vector<Member> others;
  for (Member& member : members_) {
    const std::uint32_t ready = reported.size() < events.size() ? member.ready() : 0;
    if (ready == 0) {
      others.push_back(member);
      continue;
    }
    events[reported.size()].events = ready;
    events[reported.size()].data = member.data;
    if ((member.events & EPOLLONESHOT) != 0) member.disarmed = true;
    reported.push_back(member);
  }
  const auto count = static_cast<int>(reported.size());
  others.insert(others.end(), reported.begin(), reported.end());
  members_ = std::move(others);
  return count;
}

std::vector<ObjectId> EpollSet::objects() const {
  std::vector<ObjectId> objects{id()};
  for (const Member& member : members_) {
    if (const DescriptionPtr alive = member.description.lock()) objects.push_back(alive->id());
  }
  return objects;
}

PollEvents EpollSet::readiness() const {
  return std::ranges::any_of(members_, [](const Member& m) { return m.ready() != 0; })
             ? POLLIN | POLLRDNORM
             : 0;
}

std::uint64_t EpollSet::wakeups(PollEvents events) const {
  std::uint64_t sum = Description::wakeups(events);
  for (const Member& member : members_) {
    const DescriptionPtr alive = member.description.lock();
    if (alive != nullptr) sum += alive->wakeups(static_cast<PollEvents>(member.events));
  }
  return sum;
}

}  // namespace onhook
