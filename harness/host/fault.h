// SPDX-License-Identifier: GPL-3.0-or-later
// Signals of the world: a first write to a protected page is the snapshot's business, everything
// else is the end of the execution and a verdict, never the end of the process. A watchdog on
// processor time ends loops in code that is not instrumented.
#pragma once

namespace onhook {

class Snapshot;

/// Handlers on a stack of their own. `snapshot` may be null and may change between executions.
void install_fault_handlers();
void set_fault_snapshot(Snapshot* snapshot);

}  // namespace onhook
