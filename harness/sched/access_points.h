// SPDX-License-Identifier: GPL-3.0-or-later
// The plain memory accesses that are scheduling points, by the instruction that makes them. Race
// detection adds to them (Flanagan and Freund: "FastTrack", PLDI 2009, finds; the explorer starts
// again with what was found until nothing new turns up).
#pragma once

#include <bitset>
#include <cstdint>
#include <set>

#include "harness/sched/operation.h"

namespace onhook {

class AccessPoints {
 public:
  /// True if it was new. `pc` is an absolute return address; images do not move in one process.
  bool add(std::uintptr_t pc) {
    filter_.set(slot(pc));
    return pcs_.insert(pc).second;
  }
  /// Every access, whoever makes it.
  static AccessPoints everything() {
    AccessPoints points;
    points.everything_ = true;
    return points;
  }
  bool contains(std::uintptr_t pc) const {
    return everything_ || (filter_.test(slot(pc)) && pcs_.contains(pc));
  }
  const std::set<std::uintptr_t>& all() const { return pcs_; }
  bool are_everything() const { return everything_; }
  bool empty() const { return !everything_ && pcs_.empty(); }

 private:
  static constexpr std::size_t kSlots = 4096;
  static std::size_t slot(std::uintptr_t pc) { return (pc ^ (pc >> 12)) % kSlots; }

  std::bitset<kSlots> filter_;
  std::set<std::uintptr_t> pcs_;
  bool everything_ = false;
};

/// One plain access, right before it happens.
struct PlainAccess {
  std::uintptr_t address = 0;
  std::uint32_t bytes = 0;
  Access access = Access::read;
  std::uintptr_t pc = 0;    ///< the return address of the instrumentation's call
  bool by_library = false;  ///< told by a function that the code under test called, not by its own
};

class Thread;

/// Watches plain accesses; lives outside the world.
class AccessSink {
 public:
  virtual ~AccessSink() = default;
  virtual void on_access(const Thread& thread, const PlainAccess& access) = 0;
};

}  // namespace onhook
