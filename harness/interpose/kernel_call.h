// SPDX-License-Identifier: GPL-3.0-or-later
// What every shim of a system call is made of: who calls, the scheduling point, the wait, errno.
//
// A call has three parts. It is announced (the explorer may run others first), it asks the virtual
// kernel, and, if the kernel answers -EAGAIN to a call that may block, it sleeps until the object
// wakes its sleepers and asks again. Numbers are looked up after the announcement, as a real system
// call would: what was closed or reused in between is what the call meets.
#pragma once

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "harness/host/library_call.h"
#include "harness/interpose/real.h"
#include "harness/interpose/unmodelled.h"
#include "harness/kernel/kernel.h"

/// First line of a shim: outside the world the real function answers.
#define ONHOOK_OUTSIDE_REAL(function, ...) \
  if (::onhook::current_scheduler() == nullptr) return ONHOOK_REAL(function)(__VA_ARGS__)

/// Second line: the call, made from where the shim was called.
#define ONHOOK_CALL(call) ::onhook::KernelCall call(__builtin_return_address(0), __func__)

namespace onhook {

/// May a call sleep, and how long?
struct Patience {
  TimeNs timeout_ns = kForever;

  static Patience none() { return {0}; }
  bool may_sleep() const { return timeout_ns > 0; }
};

class KernelCall {
 public:
  /// `name`: of the function called.
  KernelCall(const void* return_address, const char* name);

  Scheduler& scheduler;
  Kernel& kernel;
  const CallSite site;
  const Caller caller;

  DescriptorTable& descriptors() { return kernel.descriptors(); }

  /// The scheduling point: the call is about to touch `objects` (at least one).
  void announce(std::vector<ObjectId> objects, OpKind kind = OpKind::io,
                Access access = Access::write);
  /// The same for a call on a descriptor; ends the run by name for the process's own terminal.
  void announce_use(int fd, const char* name);
  /// The same for a call that gives out or frees numbers.
  void announce_allocation() { announce({descriptors().id()}); }

  /// Sleeps until `woken(context)`; Wake::timeout when `timeout_ns` passed first.
  Wake sleep(std::vector<ObjectId> objects, bool (*woken)(void*), void* context, TimeNs timeout_ns,
             OpKind kind, Access access);

  /// `attempt()` again and again until it is not -EAGAIN or patience ends; sleeps in between until
  /// `description` wakes those who wait for `events`.
  template <class Attempt>
  SysResult retry(Description& description, PollEvents events, Patience patience, Attempt attempt);

  /// Open descriptions and the table: what a call on `fd` depends on.
  ObjectId object_at(int fd);

  /// A count, or -1 with errno set.
  static SysResult finish(SysResult result) {
    if (result >= 0) return result;
    errno = static_cast<int>(-result);
    return -1;
  }
  static int finish_int(SysResult result) { return static_cast<int>(finish(result)); }
};

/// Ends the run unless `fd` is virtual or not open at all: 0, 1 and 2 are the process's own.
void refuse_terminal(int fd, const char* name);
inline bool is_terminal(int fd) { return fd >= 0 && fd < kFirstDescriptor; }

[[noreturn]] void unmodelled_call(const char* name, long detail);

struct WakeupWatch {
  const Description* description;
  PollEvents events;
  std::uint64_t seen;
  static bool woken(void* watch) {
    const auto& w = *static_cast<WakeupWatch*>(watch);
    return w.description->wakeups(w.events) != w.seen;
  }
};

/// A wait that may have to begin again: how much of it is left.
class TimeLeft {
 public:
  TimeLeft(Scheduler& scheduler, TimeNs timeout_ns)
      : scheduler_(scheduler), timeout_ns_(timeout_ns), started_(scheduler.clock().mark()) {}
  TimeNs operator()() const {
    if (timeout_ns_ == kForever) return kForever;
    return std::max<TimeNs>(0, timeout_ns_ - scheduler_.clock().since(started_));
  }

 private:
  Scheduler& scheduler_;
  TimeNs timeout_ns_;
  ClockMark started_;
};

template <class Attempt>
SysResult KernelCall::retry(Description& description, PollEvents events, Patience patience,
                            Attempt attempt) {
  const TimeLeft left(scheduler, patience.timeout_ns);
  for (;;) {
    const SysResult result = attempt();
    if (result != -EAGAIN || !patience.may_sleep()) return result;
    WakeupWatch watch{&description, events, description.wakeups(events)};
    const Wake wake =
        sleep({description.id()}, WakeupWatch::woken, &watch, left(), OpKind::io, Access::write);
    if (wake == Wake::timeout) patience = Patience::none();
  }
}

/// read() and write() of a description, as a call that was announced already; for stdio too.
SysResult read_from(KernelCall& call, Description& description, std::span<const iovec> buffers);
SysResult write_to(KernelCall& call, Description& description, std::span<const iovec> buffers);

}  // namespace onhook
