// SPDX-License-Identifier: GPL-3.0-or-later
// One mutex model for pthread_mutex_t, GMutex, GRecMutex and the write side of the others: its
// state lives in the first bytes of the C object itself, so that statically initialised objects
// work, memory restored is a mutex restored, and looking it up costs nothing.
#pragma once

#include <cstdint>

#include "harness/sched/scheduler.h"

namespace onhook {

enum class MutexType : std::uint8_t { normal, recursive, error_checking };

/// The first 8 bytes of the C object: all zero is an unlocked mutex.
struct MutexWord {
  std::uint32_t depth;  ///< times locked by its owner; 0: free
  std::uint32_t owner;  ///< ThreadId + 1; 0: nobody
};

/// All return 0 or an errno value, as pthread does. `mutex` names the object in reports, `pc` the
/// instruction: by default that which called the caller.
int mutex_lock(MutexWord& mutex, MutexType type, Timer timeout = {},
               const void* pc = __builtin_return_address(0));
int mutex_try_lock(MutexWord& mutex, MutexType type, const void* pc = __builtin_return_address(0));
int mutex_unlock(MutexWord& mutex, MutexType type, const void* pc = __builtin_return_address(0));

/// pthread_cond_wait and its kin: gives `mutex` back, waits for a signal on `condition`, takes
/// `mutex` again. 0 or ETIMEDOUT.
int condition_wait(const void* condition, MutexWord& mutex, Timer timeout = {},
                   const void* pc = __builtin_return_address(0));
void condition_signal(const void* condition);
void condition_broadcast(const void* condition);

}  // namespace onhook
