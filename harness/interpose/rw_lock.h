// SPDX-License-Identifier: GPL-3.0-or-later
// One reader-writer lock model for pthread_rwlock_t and GRWLock, kept in their first 8 bytes.
#pragma once

#include <cstdint>

namespace onhook {

struct RwWord {
  std::uint32_t readers;
  std::uint32_t writer;  ///< ThreadId + 1; 0: nobody
};

/// 0 or an errno value.
int rw_read_lock(RwWord& lock);
int rw_write_lock(RwWord& lock);
int rw_try_read_lock(RwWord& lock);
int rw_try_write_lock(RwWord& lock);
int rw_unlock(RwWord& lock);

template <typename Lock>
RwWord& rw_word_of(Lock* lock) {
  return *reinterpret_cast<RwWord*>(lock);
}

}  // namespace onhook
