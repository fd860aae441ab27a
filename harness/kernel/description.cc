// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/description.h"

namespace onhook {

void Description::set_status_flags(int flags) {
  constexpr int kSettable = O_APPEND | O_ASYNC | O_DIRECT | O_NOATIME | O_NONBLOCK;
  status_flags_ = (status_flags_ & ~kSettable) | (flags & kSettable);
}

void Description::wake(PollEvents events) {
  if ((events & kReadable) != 0) ++readable_wakeups_;
  if ((events & kWritable) != 0) ++writable_wakeups_;
  if ((events & (POLLERR | POLLHUP)) != 0) ++urgent_wakeups_;
}

}  // namespace onhook
