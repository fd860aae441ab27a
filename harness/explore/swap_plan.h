// SPDX-License-Identifier: GPL-3.0-or-later
// Runs an execution of a log again with two of its steps in the other order.
#pragma once

#include <set>
#include <vector>

#include "harness/explore/execution_log.h"

namespace onhook {

/// True for plain and atomic accesses to memory.
bool is_memory(OpKind kind);

/// The same instruction on the same object, by the same thread.
struct Identity {
  ThreadId thread;
  OpKind kind;
  ObjectId object;
  std::uintptr_t pc;
  friend auto operator<=>(const Identity&, const Identity&) = default;
};
Identity identity_of(const Act& act);
Identity identity_of(const Candidate& candidate);

/// Does what a log did until `held` is about to happen for the nth time; lets everybody else go on
/// until `awaited` has happened; then asks `then`. When nobody else can go on before that, it gives
/// the execution up.
class SwapPlan : public Chooser {
 public:
  struct Swap {
    Identity held;
    std::uint32_t nth = 1;
    Identity awaited;
  };

  /// `extra`: instructions that are points only for this plan, and no steps of the log; they are
  /// done as soon as they are announced.
  SwapPlan(const std::vector<Act>& steps, const std::vector<ValueTaken>& values,
           const std::set<std::uintptr_t>& extra, const Swap& swap, Chooser& then)
      : steps_(steps),
        values_(values),
        extra_(extra),
        swap_(swap),
        then_(then),
        done_(steps.size()) {}

  /// The second has happened before the first.
  bool swapped() const { return phase_ == Phase::swapped; }

  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override;

 private:
  enum class Phase { before, holding, swapped };

  bool is_extra(const Candidate& candidate) const;
  bool must_wait(const Candidate& candidate);
  bool is_awaited(const Candidate& candidate) const;
  void mark_done(ThreadId thread);

  const std::vector<Act>& steps_;
  const std::vector<ValueTaken>& values_;
  const std::set<std::uintptr_t>& extra_;
  const Swap swap_;
  Chooser& then_;
  std::vector<bool> done_;      // of steps_
  std::size_t first_open_ = 0;  // all steps before are done
  std::uint32_t seen_ = 0;      // times that the held one happened
  std::size_t next_value_ = 0;
  Phase phase_ = Phase::before;
};

}  // namespace onhook
