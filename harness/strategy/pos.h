// SPDX-License-Identifier: GPL-3.0-or-later
// Partial order sampling (Yuan, Yang and Gu: "Partial order aware concurrency sampling", CAV 2018):
// every pending operation has a random priority, the highest happens, and those that conflict with
// it draw anew. So the orders of conflicting operations are sampled, and not, as a random walk
// does, mostly the orders of operations that commute.
#pragma once

#include <vector>

#include "harness/strategy/sampling.h"
#include "harness/strategy/saved_state.h"
#include "harness/strategy/strategy.h"

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

class PosStrategy : public Strategy, private Chooser {
 public:
  explicit PosStrategy(std::uint64_t seed) : seed_(seed), prng_(seed) {}

  std::string_view name() const override { return "pos"; }
  Chooser* next() override;
  bool complete() const override { return false; }
  std::string bound() const override { return "partial order sampling"; }
  bool keep_to(const Shard& shard) override {
    seed_ = seed_of_part(seed_, shard);
    return true;
  }
  std::string save() const override { return save_state(*this); }
  bool load(std::string_view state) override { return load_state(*this, state); }
  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.execution_);
  }

 private:
  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override {
    priorities_.on_step(point, taken);
  }

  std::uint64_t seed_;
  std::uint64_t execution_ = 0;
  Prng prng_;
  Competitors competitors_;
  PosPriorities priorities_;
};

}  // namespace onhook
