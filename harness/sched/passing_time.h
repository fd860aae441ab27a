// SPDX-License-Identifier: GPL-3.0-or-later
// For the scheduler alone: what waits for time and not for anybody.
#pragma once

#include "harness/sched/operation.h"

namespace onhook {

/// Nothing but the passing of time makes it happen.
inline bool only_time_ends(const Operation& op) {
  return op.kind == OpKind::sleep || (op.kind == OpKind::announce && op.timer.armed());
}

}  // namespace onhook
