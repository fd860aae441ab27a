// SPDX-License-Identifier: GPL-3.0-or-later
// Who waits for whom when nobody can go on: whether that is a deadlock, and its words.
#pragma once

#include <span>
#include <string>

#include "harness/sched/thread.h"

namespace onhook {

/// True if a thread waits for a lock, a join or (unless a daemon) a condition. When nobody else can
/// go on, that is a deadlock.
bool somebody_waits_for_a_lock(std::span<Thread* const> live);

/// True if threads wait for each other in a circle, one for itself included, and a lock is in it.
bool wait_in_a_circle(std::span<Thread* const> live);

/// Who waits for what, and who holds it: "H waits for a lock that S holds; ...".
std::string waiters(std::span<Thread* const> live);

}  // namespace onhook
