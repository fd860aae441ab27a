// SPDX-License-Identifier: GPL-3.0-or-later
// Who waited for which lock while holding which, in one execution, and the circles in it: each
// thread holds what the one before it wants, so that in another order of the threads all of them
// could wait for each other (Havelund: "Using runtime analysis to guide model checking of Java
// programs", SPIN 2000).
//
// A circle is none if a lock that two of its threads both held (a gate) keeps them apart, or if one
// of the requests happened before another. Edges of different executions are put together elsewhere
// (harness/report/lock_record.h), as only a search that is not complete has a use for it.
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
  /// Keys of the threads that had ended before, each time that this thread came here.
  std::vector<std::uint64_t> after_ends = {};
};

using LockCircle = std::vector<const LockEdge*>;

class LockOrder {
 public:
  /// Does what happens now come after that edge?
  using ComesAfter = std::function<bool(const LockEdge&)>;

  /// Adds an edge and gives the circles that it closes, their edges in order, this one first.
  std::vector<LockCircle> add(LockEdge edge, const ComesAfter& comes_after);

  /// Those of this execution and of the set-up; one that came again is there once, as the newest.
  std::size_t size() const { return edges_.size(); }
  const LockEdge& edge(std::size_t i) const { return edges_[i].edge; }
  /// Whether one of the two happened before the other.
  bool are_ordered(std::size_t i, std::size_t j) const;

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
