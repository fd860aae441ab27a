// SPDX-License-Identifier: GPL-3.0-or-later
// Plain depth-first search that tells how many of its executions are inequivalent: what the reduced
// search is measured by. Two executions are equivalent if the same steps happened, with the same
// values, and each came after the same others (happens-before as in history.h).
#pragma once

#include <map>
#include <set>

#include "harness/strategy/dfs.h"
#include "harness/strategy/dpor/history.h"

namespace onhook {

class ClassesStrategy : public Strategy, private Chooser {
 public:
  std::string_view name() const override { return "classes"; }
  Chooser* next() override;
  void finished(const Feedback& feedback) override;
  bool complete() const override { return dfs_.complete(); }
  std::string bound() const override { return dfs_.bound(); }
  std::string report() const override;
  void begin_order(const EventOrder& order, AccessPoints*) override { order_ = order; }

  /// Of the executions so far that counted.
  std::size_t inequivalent() const { return seen_.size(); }

 private:
  std::size_t choose_thread(const ChoicePoint& point) override {
    return plan_->choose_thread(point);
  }
  unsigned choose_value(std::string_view label, unsigned n) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override;
  void on_effect(const Thread& thread, const Operation& op) override;
  void on_spawn(const Thread& thread) override;
  ProcId proc_of(const Thread& thread);

  DfsStrategy dfs_;
  Chooser* plan_ = nullptr;
  EventOrder order_;
  History history_;
  std::map<std::uint64_t, ProcId> procs_;  ///< by Thread::key, over all executions
  std::map<ProcId, std::uint32_t> last_;
  std::map<ProcId, std::uint32_t> creator_;
  std::set<std::vector<std::uint32_t>> seen_;
  std::uint64_t executions_ = 0;
};

}  // namespace onhook
