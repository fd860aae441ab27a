// SPDX-License-Identifier: GPL-3.0-or-later
// syscall(): GLib's own locks (those inside libglib, which nothing else can see) wait on futexes.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <string>

#include "harness/host/virtual_clock.h"
#include "harness/interpose/real.h"
#include "harness/interpose/unmodelled.h"

using namespace onhook;

namespace {

long raw_syscall(long number, const long (&a)[6]) {
  long result = 0;
  register long r10 asm("r10") = a[3];
  register long r8 asm("r8") = a[4];
  register long r9 asm("r9") = a[5];
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  if (result < 0 && result > -4096) {
    errno = static_cast<int>(-result);
    return -1;
  }
  return result;
}

/// A futex waiter is a condition waiter without a mutex: its object is the word's address.
long futex(const long (&a)[6]) {
  Scheduler& scheduler = *current_scheduler();
  const auto* word = reinterpret_cast<const int*>(a[0]);
  switch (a[1] & FUTEX_CMD_MASK) {
    case FUTEX_WAIT: {
      if (*word != static_cast<int>(a[2])) {
        errno = EAGAIN;
        return -1;
      }
      Thread& self = scheduler.current();
      self.signalled = false;
      Operation op = operation_on(OpKind::cond_reacquire, word);
      op.ready = [](void* t) { return static_cast<Thread*>(t)->signalled; };
      op.context = &self;
      if (const auto* relative = reinterpret_cast<const timespec*>(a[3])) {
        op.timer = timer_after(to_ns(*relative));
      }
      if (scheduler.perform(op) == Wake::timeout) {
        errno = ETIMEDOUT;
        return -1;
      }
      return 0;
    }
    case FUTEX_WAKE:
      scheduler.signal_condition(reinterpret_cast<ObjectId>(word), a[2] > 1);
      return 1;
    default:
      onhook_unmodelled("futex with another operation than WAIT and WAKE");
  }
}

}  // namespace

ONHOOK_EXPORT long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long a[6];
  for (long& x : a) x = va_arg(list, long);
  va_end(list);
  if (current_scheduler() == nullptr) return raw_syscall(number, a);
  if (number == SYS_futex) return futex(a);
  onhook_unmodelled(("syscall " + std::to_string(number)).c_str());
}
