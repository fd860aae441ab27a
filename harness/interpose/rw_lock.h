// SPDX-License-Identifier: GPL-3.0-or-later
// One reader-writer lock model for pthread_rwlock_t and GRWLock, kept in their first 8 bytes.
#pragma once

#include <cstdint>

namespace onhook {

struct RwWord {
  std::uint32_t readers;
  std::uint32_t writer;  ///< ThreadId + 1; 0: nobody
};

/// 0 or an errno value. `pc`: the instruction, by default that which called the caller.
int rw_read_lock(RwWord& lock, const void* pc = __builtin_return_address(0));
int rw_write_lock(RwWord& lock, const void* pc = __builtin_return_address(0));
int rw_try_read_lock(RwWord& lock, const void* pc = __builtin_return_address(0));
int rw_try_write_lock(RwWord& lock, const void* pc = __builtin_return_address(0));
int rw_unlock(RwWord& lock, const void* pc = __builtin_return_address(0));

template <typename Lock>
RwWord& rw_word_of(Lock* lock) {
  return *reinterpret_cast<RwWord*>(lock);
}

}  // namespace onhook
