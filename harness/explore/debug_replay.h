// SPDX-License-Identifier: GPL-3.0-or-later
// A replay that a debugger watches: runs in a process that gdb has started (harness/cli/gdb/), and
// begins again from its snapshot as often as the debugger asks (harness/sched/debug_stop.h).
#pragma once

#include "harness/explore/run_cell.h"

namespace onhook {

/// The last execution that was let run to its end.
ReplayResult debug_replay(const Schedule& schedule);

}  // namespace onhook
