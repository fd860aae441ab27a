// SPDX-License-Identifier: GPL-3.0-or-later
// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and Nagarakatti: "A randomized
// scheduler with probabilistic guarantees of finding bugs", ASPLOS 2010): threads have random
// priorities, the highest that can go on does; at depth - 1 random choices the one that would go on
// falls below all others. A bug of that depth, on n threads and k choices, is found by each
// execution with a probability of at least 1 / (n k^(depth - 1)).
//
// n and k are the most that earlier executions showed: the first one only has priorities. A thread
// that spins without giving way would starve the others for ever: after kPatience choices in a row
// it falls, too, which the bound does not count.
#pragma once

#include <vector>

#include "harness/strategy/sampling.h"

namespace onhook {

class PctStrategy : public SamplingStrategy<PctStrategy> {
 public:
  static constexpr unsigned kPatience = 1'000;

  /// depth >= 1.
  PctStrategy(std::uint64_t seed, unsigned depth) : SamplingStrategy(seed), depth_(depth) {}

  std::string_view name() const override { return "pct"; }
  Chooser* next() override;
  std::string bound() const override;
  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.execution_, self.threads_, self.choices_, self.at_, self.priorities_);
  }

 private:
  std::size_t choose_thread(const ChoicePoint& point) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override;

  std::uint64_t& priority_of(const Thread& thread);
  std::size_t highest(const ChoicePoint& point, const std::vector<std::size_t>& among);

  unsigned depth_;
  std::uint64_t threads_ = 1;  ///< n
  std::uint64_t choices_ = 1;  ///< k

  std::uint64_t salt_ = 0;
  std::uint64_t at_ = 0;                   ///< choices made
  std::vector<std::uint64_t> falls_;       ///< the choices at which a thread falls, ascending
  std::uint64_t lowest_ = 0;               ///< falls to this, which then becomes one less
  std::vector<std::uint64_t> priorities_;  ///< by thread number, 0: not drawn yet
  ThreadId favourite_ = kNoThread;         ///< who was chosen last,
  unsigned in_a_row_ = 0;                  ///< and how often
};

}  // namespace onhook
