// SPDX-License-Identifier: GPL-3.0-or-later
// What has been done to each 8 bytes of memory, as far as it can still take part in a race. What
// the set-up did stays; what an execution did is forgotten in no time, by counting executions.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "harness/race/scene.h"

namespace onhook {

/// One access to some of the 8 bytes.
struct ShadowRecord {
  std::uint32_t clock = 0;  ///< its thread's own time: with the thread, an epoch
  std::uint8_t bytes = 0;   ///< bit set
  bool write = false;
  bool atomic = false;
  bool frees = false;
  Moment moment;
};

class ShadowMemory {
 public:
  using Cell = std::vector<ShadowRecord>;

  /// The cell of the 8 bytes that `word` (an address divided by 8) stands for.
  Cell& cell(std::uintptr_t word);
  /// Null when nothing was done to them.
  const Cell* find(std::uintptr_t word) const;

  /// What was done so far belongs to the state that every execution starts from.
  void keep();
  /// Forgets what was done since keep().
  void restore() {
    ++execution_;
    used_ = 0;
  }

 private:
  struct Slot {
    std::uintptr_t word = 0;
    std::uint64_t execution = 0;  ///< of another one: the slot is free
    Cell cell;
  };
  std::size_t slot_of(std::uintptr_t word) const;
  void grow();

  std::unordered_map<std::uintptr_t, Cell> kept_;
  std::vector<Slot> slots_ = std::vector<Slot>(1024);  ///< open addressing; a power of two
  std::size_t used_ = 0;
  std::uint64_t execution_ = 1;
};

}  // namespace onhook
