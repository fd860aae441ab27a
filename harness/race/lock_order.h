// SPDX-License-Identifier: GPL-3.0-or-later
// Who waited for which lock while holding which, in one execution, and the circles in it: each
// thread holds what the one before it wants, so that in another order of the threads all of them
// could wait for each other (Havelund: "Using runtime analysis to guide model checking of Java
// programs", SPIN 2000).
//
// A circle is none if a lock that two of its threads both held (a gate) keeps them apart, or if one
// of the requests happened before another. Edges of different executions are not put together:
// those that never meet in one may exclude each other, and the search shows every execution.
#pragma once

#include <functional>
#include <vector>

#include "harness/race/scene.h"

namespace onhook {

/// `thread`, which held `held`, was about to wait for `wanted`.
struct LockEdge {
  ThreadId thread = kNoThread;
  HeldLock held;
  ObjectId wanted = kNoObject;
  LockMode wanted_mode = LockMode::exclusive;
  Moment wants;
  std::vector<HeldLock> all_held;
  std::uint32_t time = 0;  ///< of the thread's own, for happens-before
};

using LockCircle = std::vector<const LockEdge*>;

class LockOrder {
 public:
  /// Does what happens now come after that edge?
  using ComesAfter = std::function<bool(const LockEdge&)>;

  /// Adds an edge and gives the circles that it closes, their edges in order, this one first.
  std::vector<LockCircle> add(LockEdge edge, const ComesAfter& comes_after);

  void keep() { kept_ = edges_.size(); }
  void restore() { edges_.resize(kept_); }

 private:
  struct Known {
    LockEdge edge;
    std::vector<bool> after;  ///< by edge: that one happened before
  };
  static constexpr std::size_t kLongest = 4;  // threads of a circle

  std::size_t place_of(const LockEdge& edge);
  bool could_meet(const LockCircle& circle, std::size_t next,
                  const std::vector<std::size_t>& path) const;
  void extend(std::vector<std::size_t>& path, LockCircle& circle,
              std::vector<LockCircle>& found) const;

  std::vector<Known> edges_;
  std::size_t kept_ = 0;
};

}  // namespace onhook
