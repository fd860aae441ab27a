// SPDX-License-Identifier: GPL-3.0-or-later
// Depth-first search over all choices, without any reduction, with a bound on preemptions
// (Musuvathi and Qadeer: "Iterative context bounding for systematic testing of multithreaded
// programs", PLDI 2007): choosing another thread while the one that ran could go on costs one.
//
// Cut into parts, the tree is cut at branches: a node is one as soon as the numbers of choices on
// the way to it multiply to kBranchesPerPart for each part (or it is a leaf). All parts find the
// same branches by running one execution through each node above them.
#pragma once

#include <vector>

#include "harness/strategy/strategy.h"

namespace onhook {

class DfsStrategy : public Strategy, private Chooser {
 public:
  static constexpr unsigned kUnbounded = ~0u;
  /// Enough that chance gives no part much more than its share, few enough to be walked by all.
  static constexpr std::uint64_t kBranchesPerPart = 64;

  explicit DfsStrategy(unsigned max_preemptions = kUnbounded) : max_preemptions_(max_preemptions) {}

  std::string_view name() const override { return "dfs"; }
  Chooser* next() override;
  bool complete() const override { return done_ && !cut_; }
  std::string bound() const override;
  bool keep_to(const Shard& shard) override;
  bool mine() const override;
  std::string save() const override;
  bool load(std::string_view state) override;
  std::uint32_t shared_steps() const override;
  void begin_after(std::uint32_t steps) override;

 private:
  struct Level {
    std::uint32_t chosen;  ///< position in the order of trial: 0 is the default choice
    std::uint32_t n;
    std::int32_t current;       ///< index of the thread that could go on, or -1
    std::uint32_t preemptions;  ///< spent before this choice
    std::uint32_t step;         ///< taken by the choice of a thread, or in which the value is asked
  };

  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;
  void on_step(const ChoicePoint&, const Candidate&) override { ++steps_; }
  std::uint32_t descend(std::uint32_t n, std::int32_t current, std::uint32_t step);
  static std::uint32_t cost(const Level& level) {
    return level.current >= 0 && level.chosen > 0 ? 1 : 0;
  }
  /// Trial 0 is to go on with the current thread; the others follow by number.
  static std::uint32_t index_of(const Level& level);
  /// May another choice than the chosen one still be tried here?
  bool affordable(const Level& level) const {
    return level.current < 0 || level.preemptions < max_preemptions_;
  }
  struct Branch {
    std::size_t depth;  ///< levels above it
    std::uint64_t hash;
  };
  Branch branch() const;

  unsigned max_preemptions_;
  Shard shard_;
  std::vector<Level> levels_;
  std::size_t depth_ = 0;
  std::uint32_t steps_ = 0;  ///< of the execution in work
  bool started_ = false;
  bool done_ = false;
  bool cut_ = false;
};

}  // namespace onhook
