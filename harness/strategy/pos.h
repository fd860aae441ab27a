// SPDX-License-Identifier: GPL-3.0-or-later
// Partial order sampling (Yuan, Yang and Gu: "Partial order aware concurrency sampling", CAV 2018):
// every pending operation has a random priority, the highest happens, and those that conflict with
// it draw anew. So the orders of conflicting operations are sampled, and not, as a random walk
// does, mostly the orders of operations that commute.
#pragma once

#include <vector>

#include "harness/strategy/sampling.h"

namespace onhook {

/// The priorities of one execution. Also the base on which other strategies put constraints.
class PosPriorities {
 public:
  void restart() { priorities_.clear(); }
  /// Draws one when the thread's operation is new.
  std::uint64_t of(ThreadId thread, Prng& prng);
  void on_step(const ChoicePoint& point, const Candidate& taken);

 private:
  std::vector<std::uint64_t> priorities_;  ///< by thread number, 0: to be drawn
};

class PosStrategy : public SamplingStrategy<PosStrategy> {
 public:
  explicit PosStrategy(std::uint64_t seed) : SamplingStrategy(seed) {}

  std::string_view name() const override { return "pos"; }
  Chooser* next() override;
  std::string bound() const override { return "partial order sampling"; }
  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.execution_);
  }

 private:
  std::size_t choose_thread(const ChoicePoint& point) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override {
    priorities_.on_step(point, taken);
  }

  PosPriorities priorities_;
};

}  // namespace onhook
