// SPDX-License-Identifier: GPL-3.0-or-later
// Depth-first search over all choices, without any reduction, with a bound on preemptions
// (Musuvathi and Qadeer: "Iterative context bounding for systematic testing of multithreaded
// programs", PLDI 2007): choosing another thread while the one that ran could go on costs one.
#pragma once

#include <vector>

#include "harness/strategy/strategy.h"

namespace onhook {

class DfsStrategy : public Strategy, private Chooser {
 public:
  static constexpr unsigned kUnbounded = ~0u;

  explicit DfsStrategy(unsigned max_preemptions = kUnbounded) : max_preemptions_(max_preemptions) {}

  std::string_view name() const override { return "dfs"; }
  Chooser* next() override;
  bool complete() const override { return done_ && !cut_; }
  std::string bound() const override;

 private:
  struct Level {
    std::uint32_t chosen;  ///< position in the order of trial: 0 is the default choice
    std::uint32_t n;
    std::int32_t current;       ///< index of the thread that could go on, or -1
    std::uint32_t preemptions;  ///< spent before this choice
  };

  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;
  std::uint32_t descend(std::uint32_t n, std::int32_t current);
  static std::uint32_t cost(const Level& level) {
    return level.current >= 0 && level.chosen > 0 ? 1 : 0;
  }
  /// Trial 0 is to go on with the current thread; the others follow by number.
  static std::uint32_t index_of(const Level& level);

  unsigned max_preemptions_;
  std::vector<Level> levels_;
  std::size_t depth_ = 0;
  bool started_ = false;
  bool done_ = false;
  bool cut_ = false;
};

}  // namespace onhook
