// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a failing schedule easier to read: as few context switches as still break the same law.
#pragma once

#include "harness/explore/execution.h"

namespace onhook {

/// Tries to let each thread go on where it was interrupted, to wait where a timeout came early, and
/// to take the first of each set of values, and keeps what still breaks `failing`'s law with no
/// more preemptions. Ends when nothing more can be dropped, or after `max_executions`. The result
/// is the outcome of a real execution; the world holds its trace.
Outcome minimise(Executor& executor, const Outcome& failing, std::uint64_t max_executions);

}  // namespace onhook
