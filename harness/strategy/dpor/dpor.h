// SPDX-License-Identifier: GPL-3.0-or-later
// Optimal dynamic partial-order reduction (Abdulla, Aronis, Jonsson, Sagonas: JACM 64(4), 2017,
// algorithm 2): of all executions that differ only in the order of independent steps exactly one is
// explored. Stateless: each execution starts from the beginning and follows a prefix of the last.
//
// Beyond the paper:
// - A step is a pending operation and all that its thread does until the next one, unlocks
//   included; its footprint is complete when the next step begins.
// - A choice of a value inside a step makes steps that exclude each other; the values are tried one
//   after the other before anything else at that state.
// - A race with a release of a lock is a race with the acquisition before it.
// - A timer that goes off now is a step like others; if it could have but did not, because what it
//   waited for came or because it was called off, that is a race. A timer before which time passes,
//   or a yield, comes when nobody is ready and depends on every step.
// - Plain accesses that race become steps (AccessPoints), and the search starts again.
// - Bounds on executions (ExecutionBounds) make all steps dependent that use them up: a step that a
//   bound withholds races with every step before it. So all executions within the bounds are still
//   explored (Coons, Musuvathi, McKinley: "Bounded partial-order reduction", OOPSLA 2013, on why
//   they would not be), and no equivalent ones counted twice; some more are given up half-way.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "harness/strategy/dpor/history.h"
#include "harness/strategy/dpor/plain_races.h"
#include "harness/strategy/dpor/wakeup_tree.h"
#include "harness/strategy/saved_state.h"
#include "harness/strategy/strategy.h"

namespace onhook {

/// What one search has cost.
struct DporCounts {
  std::uint64_t executions = 0;
  std::uint64_t asleep = 0;      ///< given up: everybody slept (0 unless something is not optimal)
  std::uint64_t impossible = 0;  ///< reversals that turned out to be impossible
  std::uint32_t rounds = 1;      ///< searches begun, one more than the refinements
};

class DporStrategy : public Strategy, private Chooser {
 public:
  DporStrategy();

  std::string_view name() const override { return "dpor"; }
  Chooser* next() override;
  void finished(const Feedback& feedback) override;
  bool complete() const override { return done_ && bound().empty(); }
  std::string bound() const override;
  AccessSink* access_sink() override { return points_ != nullptr ? &plain_races_ : nullptr; }
  std::string report() const override;
  void begin_order(const EventOrder& order, AccessPoints* racing) override;
  std::uint32_t shared_steps() const override { return kept_; }
  void begin_after(std::uint32_t steps) override;

  const DporCounts& counts() const { return counts_; }

  // What begin_order() sets, and what the next execution makes anew, is not part of the state.
  std::string save() const override { return save_state(*this); }
  bool load(std::string_view state) override { return load_state(*this, state); }
  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.history_, self.plain_races_, self.procs_, self.nodes_, self.kept_, self.branch_,
      self.counts_, self.bound_, self.started_, self.done_);
  }

 private:
  /// The state before event i.
  struct Node {
    std::vector<Step> sleep;
    WakeupForest todo;             ///< beside the branch in work
    std::size_t fixed_values = 0;  ///< of the event's: prescribed by a wake-up sequence

    template <class Self, class Archive>
    static void archive(Self& self, Archive& a) {
      a(self.sleep, self.todo, self.fixed_values);
    }
  };

  static bool asleep(const Node& node, ProcId proc, Wake wake,
                     const std::vector<ChosenValue>& values = {});

  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override;
  void on_effect(const Thread& thread, const Operation& op) override;
  void on_spawn(const Thread& thread) override;
  void on_call_off(const Thread& thread) override;
  void on_blocked(const Thread& thread) override;
  void on_withheld(const Candidate& candidate) override;

  ProcId proc_of(const Thread& thread);
  void describe(const Thread& thread, Wake wake, DporEvent& event);
  void arrive();
  std::size_t prescribed(const ChoicePoint& point, ProcId proc, Wake wake) const;
  std::size_t fresh(const ChoicePoint& point);
  bool next_values(const DporEvent& event, const Node& node);
  void reverse(const Race& race);
  void try_other_times(const ChoicePoint& point, const Candidate& taken);
  void add(Node& node, Sequence sequence);
  void forget_branch();
  bool backtrack();
  void restart();

  History history_;
  AccessPoints* points_ = nullptr;
  PlainRaces plain_races_;
  EventOrder order_;
  std::unordered_map<std::uint64_t, ProcId> procs_;  ///< by Thread::key
  std::vector<Node> nodes_;

  // The execution in work.
  std::vector<ProcId> proc_of_thread_;       ///< by ThreadId; kUnknown until seen
  std::vector<std::uint32_t> last_of_;       ///< by ProcId: its last event
  std::vector<std::uint32_t> creator_of_;    ///< by ProcId
  std::vector<std::uint8_t> created_after_;  ///< by ProcId: effects of the creator before
  struct Spawn {
    std::uint32_t event;
    ProcId child;
    std::uint8_t after;  ///< effects of that event
  };
  std::vector<Spawn> spawns_;
  std::vector<Spawn> last_spawns_;  ///< of the execution before
  std::uint32_t depth_ = 0;         ///< events so far
  std::uint32_t kept_ = 0;          ///< the prefix that is followed, its last event included
  std::size_t values_asked_ = 0;    ///< in the step in work
  bool arrived_ = false;            ///< nodes_[depth_] is ready
  bool give_up_ = false;
  bool other_value_ = false;  ///< the execution differs from the last one in a value first
  std::unique_ptr<WakeupTree> branch_;  ///< the sequence being followed after the prefix
  std::vector<ChosenValue> preset_;     ///< values of the step in work that are prescribed

  DporCounts counts_;
  std::string bound_;
  bool started_ = false;
  bool done_ = false;
};

}  // namespace onhook
