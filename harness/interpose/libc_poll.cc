// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting for descriptors: poll, select, epoll.
//
// A wait is two steps, as in Linux: a first look, and, if there is nothing, the sleep. In between
// others may close, reuse or fill what it looked at.
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "harness/interpose/kernel_call.h"
#include "harness/kernel/epoll_set.h"
#include "harness/kernel/poll_wait.h"

using namespace onhook;

namespace {

constexpr TimeNs kMillisecond_ns = 1'000'000;

// A caller that does not want to wait and finds nothing may be spinning for a timer that is due in
// less than a millisecond (sofia-sip does): some virtual time has to pass, and others go first.
constexpr TimeNs kIdleLook_ns = 250'000;

TimeNs from_ms(int timeout_ms) { return timeout_ms < 0 ? kForever : timeout_ms * kMillisecond_ns; }

TimeNs from_timespec(const timespec* t) {
  return t == nullptr ? kForever : t->tv_sec * TimeNs{1'000'000'000} + t->tv_nsec;
}

void let_a_little_time_pass(KernelCall& call) {
  Operation op;
  op.kind = OpKind::sleep;
  op.timer = {kIdleLook_ns, kIdleLook_ns};
  call.scheduler.perform(op);
}

void announce_look(KernelCall& call, std::vector<ObjectId> objects) {
  // A poll of nothing, or of closed numbers only, still depends on what the numbers mean.
  if (objects.empty()) objects.push_back(call.descriptors().id());
  call.announce(std::move(objects), OpKind::poll, Access::read);
}

int wait_for(KernelCall& call, std::span<pollfd> fds, TimeNs timeout_ns) {
  for (const pollfd& fd : fds) refuse_terminal(fd.fd, "poll");
  const TimeLeft left(call.scheduler, timeout_ns);
  PollWait wait(call.descriptors(), fds, call.caller);
  announce_look(call, wait.objects());
  int count = wait.check();
  if (count > 0) return count;
  if (timeout_ns == 0) {
    let_a_little_time_pass(call);
    return 0;
  }
  for (;;) {
    const Wake wake = call.sleep(
        wait.objects(), [](void* w) { return static_cast<PollWait*>(w)->woken(); }, &wait, left(),
        OpKind::poll, Access::read);
    count = wait.check();
    if (count > 0 || wake == Wake::timeout) return count;
  }
}

/// select(2) in terms of poll: Linux's own table of which events make which set.
struct SelectSet {
  fd_set* set;
  PollEvents asked;
  PollEvents granted;
};

int select_from(KernelCall& call, int limit, fd_set* readable, fd_set* writable, fd_set* special,
                TimeNs timeout_ns) {
  const SelectSet sets[] = {
      {readable, POLLIN | POLLRDNORM, POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR},
      {writable, POLLOUT | POLLWRNORM, POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR},
      {special, POLLPRI, POLLPRI}};
  std::vector<pollfd> fds;
  for (int fd = 0; fd < limit; ++fd) {
    PollEvents events = 0;
    for (const SelectSet& s : sets) {
      if (s.set != nullptr && FD_ISSET(fd, s.set)) events |= s.asked;
    }
    if (events != 0) fds.push_back({fd, events, 0});
  }
  wait_for(call, fds, timeout_ns);
  int count = 0;
  for (const pollfd& fd : fds) {
    if ((fd.revents & POLLNVAL) != 0) return call.finish_int(-EBADF);
    for (const SelectSet& s : sets) {
      if (s.set == nullptr || !FD_ISSET(fd.fd, s.set)) continue;
      if ((fd.revents & s.granted) != 0) {
        ++count;
      } else {
        FD_CLR(fd.fd, s.set);
      }
    }
  }
  return count;
}

std::shared_ptr<EpollSet> epoll_at(KernelCall& call, int fd, SysResult& error) {
  const DescriptionPtr description = call.descriptors().use(fd, call.caller);
  error = description == nullptr ? -EBADF : -EINVAL;
  return std::dynamic_pointer_cast<EpollSet>(description);
}

int wait_for_epoll(KernelCall& call, int fd, std::span<epoll_event> events, TimeNs timeout_ns) {
  const TimeLeft left(call.scheduler, timeout_ns);
  call.announce_use(fd, "epoll_wait");
  SysResult error = 0;
  const std::shared_ptr<EpollSet> set = epoll_at(call, fd, error);
  if (set == nullptr) return call.finish_int(error);
  for (bool expired = false;;) {
    const int count = set->collect(events);
    if (count > 0 || expired) return count;
    if (timeout_ns == 0) {
      let_a_little_time_pass(call);
      return 0;
    }
    WakeupWatch watch{set.get(), kReadable, set->wakeups(kReadable)};
    expired = call.sleep(set->objects(), WakeupWatch::woken, &watch, left(), OpKind::poll,
                         Access::read) == Wake::timeout;
  }
}

int wait_for_epoll(KernelCall& call, int fd, epoll_event* events, int limit, TimeNs timeout_ns) {
  if (limit <= 0) return call.finish_int(-EINVAL);
  return wait_for_epoll(call, fd, {events, static_cast<std::size_t>(limit)}, timeout_ns);
}

}  // namespace

ONHOOK_EXPORT int poll(pollfd* fds, nfds_t count, int timeout_ms) {
  ONHOOK_OUTSIDE_REAL(poll, fds, count, timeout_ms);
  ONHOOK_CALL(call);
  return wait_for(call, {fds, count}, from_ms(timeout_ms));
}

ONHOOK_EXPORT int __poll_chk(pollfd* fds, nfds_t count, int timeout_ms, size_t room) {
  if (room / sizeof *fds < count) abort();
  if (current_scheduler() == nullptr) return ONHOOK_REAL(poll)(fds, count, timeout_ms);
  ONHOOK_CALL(call);
  return wait_for(call, {fds, count}, from_ms(timeout_ms));
}

// The world has no signals: a mask changes nothing.
ONHOOK_EXPORT int ppoll(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t* mask) {
  ONHOOK_OUTSIDE_REAL(ppoll, fds, count, timeout, mask);
  ONHOOK_CALL(call);
  return wait_for(call, {fds, count}, from_timespec(timeout));
}

ONHOOK_EXPORT int __ppoll_chk(pollfd* fds, nfds_t count, const timespec* timeout,
                              const sigset_t* mask, size_t room) {
  if (room / sizeof *fds < count) abort();
  if (current_scheduler() == nullptr) return ONHOOK_REAL(ppoll)(fds, count, timeout, mask);
  ONHOOK_CALL(call);
  return wait_for(call, {fds, count}, from_timespec(timeout));
}

ONHOOK_EXPORT int select(int limit, fd_set* readable, fd_set* writable, fd_set* special,
                         timeval* timeout) {
  ONHOOK_OUTSIDE_REAL(select, limit, readable, writable, special, timeout);
  ONHOOK_CALL(call);
  TimeNs timeout_ns = kForever;
  if (timeout != nullptr) {
    timeout_ns = timeout->tv_sec * TimeNs{1'000'000'000} + timeout->tv_usec * TimeNs{1000};
  }
  const TimeLeft left(call.scheduler, timeout_ns);
  const int count = select_from(call, limit, readable, writable, special, timeout_ns);
  if (timeout != nullptr) {
    const TimeNs ns = left();
    *timeout = {ns / 1'000'000'000, ns % 1'000'000'000 / 1000};
  }
  return count;
}

ONHOOK_EXPORT int pselect(int limit, fd_set* readable, fd_set* writable, fd_set* special,
                          const timespec* timeout, const sigset_t* mask) {
  ONHOOK_OUTSIDE_REAL(pselect, limit, readable, writable, special, timeout, mask);
  ONHOOK_CALL(call);
  return select_from(call, limit, readable, writable, special, from_timespec(timeout));
}

ONHOOK_EXPORT int epoll_create1(int flags) noexcept {
  ONHOOK_OUTSIDE_REAL(epoll_create1, flags);
  ONHOOK_CALL(call);
  call.announce_allocation();
  return call.finish_int(call.kernel.epoll_create(flags, call.caller));
}

ONHOOK_EXPORT int epoll_create(int size) noexcept {
  ONHOOK_OUTSIDE_REAL(epoll_create, size);
  ONHOOK_CALL(call);
  call.announce_allocation();
  return call.finish_int(size > 0 ? call.kernel.epoll_create(0, call.caller) : -EINVAL);
}

ONHOOK_EXPORT int epoll_ctl(int set_fd, int operation, int fd, epoll_event* event) noexcept {
  ONHOOK_OUTSIDE_REAL(epoll_ctl, set_fd, operation, fd, event);
  ONHOOK_CALL(call);
  refuse_terminal(fd, "epoll_ctl");
  call.announce({call.object_at(set_fd), call.object_at(fd)});
  SysResult error = 0;
  const std::shared_ptr<EpollSet> set = epoll_at(call, set_fd, error);
  const DescriptionPtr member = call.descriptors().use(fd, call.caller);
  if (member == nullptr) error = -EBADF;
  if (set == nullptr || member == nullptr) return call.finish_int(error);
  return call.finish_int(set->control(operation, fd, member, event));
}

ONHOOK_EXPORT int epoll_wait(int fd, epoll_event* events, int limit, int timeout_ms) {
  ONHOOK_OUTSIDE_REAL(epoll_wait, fd, events, limit, timeout_ms);
  ONHOOK_CALL(call);
  return wait_for_epoll(call, fd, events, limit, from_ms(timeout_ms));
}

ONHOOK_EXPORT int epoll_pwait(int fd, epoll_event* events, int limit, int timeout_ms,
                              const sigset_t* mask) {
  ONHOOK_OUTSIDE_REAL(epoll_pwait, fd, events, limit, timeout_ms, mask);
  ONHOOK_CALL(call);
  return wait_for_epoll(call, fd, events, limit, from_ms(timeout_ms));
}
