// SPDX-License-Identifier: GPL-3.0-or-later
// Reads-from fuzzing (Wolff, Shi, Duck, Mathur and Roychoudhury: "Greybox fuzzing for concurrency
// testing", ASPLOS 2024). Each execution follows an abstract schedule, a set of constraints "this
// read sees that write", as far as it can, and partial order sampling where that leaves a choice.
// What came of it, the set of all pairs of a read and the write it saw, is the feedback: schedules
// that led to a new set are kept and mutated, the more often the rarer their set is (as AFLFast
// does: Boehme, Pham and Roychoudhury, CCS 2016).
//
// Beyond the paper: a pair of a read and a write that meet at one object, but that no execution has
// shown, is tried by itself, each once, in random order, those of two threads first; such trials
// take three of four executions as long as there are any. Most known bugs hang on one or two such
// pairs.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "harness/strategy/abstract_schedule.h"
#include "harness/strategy/pos.h"
#include "harness/strategy/sampling.h"

namespace onhook {

class RffStrategy : public SamplingStrategy<RffStrategy> {
 public:
  static constexpr std::uint32_t kTrials = 3;

  explicit RffStrategy(std::uint64_t seed) : SamplingStrategy(seed) {}

  std::string_view name() const override { return "rff"; }
  Chooser* next() override;
  void finished(const Feedback& feedback) override;
  std::string bound() const override;
  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.execution_, self.sites_, self.met_, self.seen_, self.untried_, self.untried_alone_,
      self.reads_, self.kept_, self.turn_, self.energy_, self.frequency_, self.length_);
  }

 private:
  /// A schedule that led to a new set of pairs.
  struct Kept {
    AbstractSchedule schedule;
    std::vector<ReadsFrom> pairs;
    std::uint64_t signature = 0;  ///< hash of the set
    std::uint32_t rounds = 0;     ///< how often it was the one to mutate

    template <class Self, class Archive>
    static void archive(Self& self, Archive& a) {
      a(self.schedule, self.pairs, self.signature, self.rounds);
    }
  };

  std::size_t choose_thread(const ChoicePoint& point) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override;

  SiteId site_of(const Candidate& candidate);
  void learn_guard(const Thread& thread, SiteId site);
  void meet_new_sites();
  void add_untried(const ReadsFrom& pair);
  bool draw_untried(ReadsFrom& pair);
  AbstractSchedule draw_schedule();
  AbstractSchedule mutant_of(const Kept& kept);
  bool draw_pair(ReadsFrom& pair);

  // What all executions showed.
  Sites sites_;
  std::size_t met_ = 1;  ///< sites whose pairs were listed as untried
  std::set<ReadsFrom> seen_;
  struct Untried {
    ReadsFrom pair;
    std::uint32_t trials = 0;
  };
  std::vector<Untried> untried_;        ///< of two threads
  std::vector<Untried> untried_alone_;  ///< of one thread, which its own code mostly decides
  std::vector<SiteId> reads_;           ///< sites that read and at whose object somebody writes
  std::vector<Kept> kept_;
  std::size_t turn_ = 0;                              ///< whose mutants are run
  std::uint32_t energy_ = 0;                          ///< how many more of them
  std::map<std::uint64_t, std::uint64_t> frequency_;  ///< executions by signature
  std::uint32_t length_ = 0;  ///< choices of the first execution, which had no constraints

  // This execution.
  AbstractSchedule schedule_;
  PosPriorities priorities_;
  ReadsFromTrace trace_;
  Guide guide_;
  /// The locks that a thread took, by thread number: object and site, the latest last.
  std::vector<std::vector<std::pair<ObjectId, SiteId>>> locks_;
  std::vector<SiteId> pending_sites_;  ///< of the choice
  std::vector<SiteId> pending_;        ///< by thread number, kUnknown: not looked up yet
  std::uint32_t choices_ = 0;
};

}  // namespace onhook
