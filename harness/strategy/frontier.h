// SPDX-License-Identifier: GPL-3.0-or-later
// First return, then explore (Ecoffet, Huizinga, Lehman, Stanley and Clune: "First return, then
// explore", Nature 590, 2021, section "Go-Explore"): the search remembers how it got to every state
// that was new, goes back to one that it has rarely met, and samples from there on. So it walks
// along the frontier of what it has seen, where a walk that begins anew every time would have to be
// lucky many times in a row.
//
// Which states are the same is deliberately coarse: what each thread is about to do and where, and
// what the shared objects hold (of memory its value, of others who changed them last). What threads
// keep to themselves is left out; it would make nearly every state a new one. So two executions at
// one state may go on differently, which costs a detour and no more: every execution is one of the
// program's own.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "harness/strategy/pos.h"
#include "harness/strategy/sampling.h"

namespace onhook {

class FrontierStrategy : public SamplingStrategy<FrontierStrategy> {
 public:
  /// Ways back that are remembered; beyond, a new one takes the place of any other.
  static constexpr std::size_t kMostMoments = 20'000;
  /// States that are told apart, as powers of two: others share a counter now and then.
  static constexpr unsigned kCounterBits = 18;
  /// So many moments are drawn, and the rarest is gone back to.
  static constexpr unsigned kDrawn = 8;

  explicit FrontierStrategy(std::uint64_t seed)
      : SamplingStrategy(seed), met_(std::size_t{1} << kCounterBits) {}

  std::string_view name() const override { return "frontier"; }
  Chooser* next() override;
  std::string bound() const override { return "sampling from rare states"; }
  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.execution_, self.met_, self.moments_);
  }

 private:
  /// How to get to a state: the answers to all questions before it.
  struct Moment {
    std::string answers;
    std::uint32_t counter = 0;   ///< of its state
    std::uint32_t returned = 0;  ///< how often it was gone back to

    template <class Self, class Archive>
    static void archive(Self& self, Archive& a) {
      a(self.answers, self.counter, self.returned);
    }
  };

  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override;

  void draw_moment();
  bool returning() const { return answers_.size() < way_.size(); }
  std::size_t answer(std::size_t chosen);
  void look_at_last_step();
  void meet(const ChoicePoint& point);

  // What all executions showed.
  std::vector<std::uint32_t> met_;  ///< how often, by counter of a state
  std::vector<Moment> moments_;

  // This execution.
  std::string way_;                                   ///< the answers that lead back
  std::string answers_;                               ///< given so far
  std::unordered_map<ObjectId, std::uint64_t> held_;  ///< by object: hash of what it holds
  std::uint64_t objects_ = 0;                         ///< all of them together
  Operation last_ = {};                               ///< the step whose outcome is not known yet
  std::uint64_t last_thread_ = 0;                     ///< its Thread::key; 0: there is none
  PosPriorities priorities_;
};

}  // namespace onhook
