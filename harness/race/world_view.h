// SPDX-License-Identifier: GPL-3.0-or-later
// Where pointers into the world's heap can lie outside of it, for a judge that asks who can still
// be reached. The world gives it (harness/host/reachability.h).
#pragma once

#include <cstdint>
#include <vector>

namespace onhook {

/// Half-open.
struct MemorySpan {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};

class WorldView {
 public:
  virtual ~WorldView() = default;
  /// Readable memory that is no heap: the variables of all loaded objects, the stacks of the
  /// threads that have not ended, from where each stands.
  virtual std::vector<MemorySpan> roots() const = 0;
  /// Blocks of the heap that hold addresses but point to nothing: notes of the harness. By address.
  virtual std::vector<std::uintptr_t> notes() const = 0;
};

}  // namespace onhook
