// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/sched/end.h"

namespace onhook {

const char* to_string(End end) {
  switch (end) {
    case End::none:
      return "none";
    case End::quiescent:
      return "quiescent";
    case End::settled:
      return "settled";
    case End::deadlock:
      return "deadlock";
    case End::lock_circle:
      return "lock circle";
    case End::order_blocked:
      return "order blocked";
    case End::step_limit:
      return "step limit";
    case End::spin_limit:
      return "spin limit";
    case End::fault:
      return "fault";
    case End::assertion:
      return "assertion";
    case End::unmodelled:
      return "unmodelled";
    case End::step_bound:
      return "step bound";
    case End::timeout_bound:
      return "timeout bound";
    case End::stopped:
      return "stopped";
    case End::judged:
      return "judged";
  }
  return "?";
}

}  // namespace onhook
