// SPDX-License-Identifier: GPL-3.0-or-later
// A random walk that interrupts threads where they act on what may be out of date. A thread goes on
// undisturbed, except right before a step that changes something while the thread has read, since
// its last change, what others write; or that takes a lock which it had before and others take,
// too. There it is interrupted every second time, elsewhere one time in thirty-two, so that every
// order stays possible. Who goes on instead is uniform.
//
// That is where atomicity violations lie: check-then-act, and two critical sections taken for one
// (Lu, Park, Seo and Zhou: "Learning from mistakes", ASPLOS 2008, find that they are the most
// common of concurrency bugs that are no deadlocks). What others write is what earlier executions
// showed; after kTrials executions without such a step there is nothing to be done here, and next()
// says so.
#pragma once

#include <unordered_map>
#include <vector>

#include "harness/strategy/sampling.h"

namespace onhook {

class StaleStrategy : public SamplingStrategy<StaleStrategy> {
 public:
  static constexpr std::uint64_t kTrials = 2;

  explicit StaleStrategy(std::uint64_t seed) : SamplingStrategy(seed) {}

  std::string_view name() const override { return "stale"; }
  Chooser* next() override;
  std::string bound() const override { return "random walk over stale reads"; }
  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.execution_, self.writers_, self.has_found_any_);
  }

 private:
  /// Who changes an object: nobody, one thread, or several.
  struct Writers {
    std::uint64_t key = 0;  ///< Thread::key of the first
    bool several = false;
  };
  struct Running {
    bool stale = false;           ///< has read what others write
    std::vector<ObjectId> locks;  ///< that it took
  };

  std::size_t choose_thread(const ChoicePoint& point) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override;

  bool others_write(ObjectId object, const Thread& thread) const;
  bool acts_on_stale(const Thread& thread);
  Running& running(ThreadId thread);

  std::unordered_map<ObjectId, Writers> writers_;
  bool has_found_any_ = false;

  std::uint64_t at_stale_reads_ = 2;  ///< one in so many is interrupted
  std::vector<Running> running_;      ///< by thread number
};

}  // namespace onhook
