// SPDX-License-Identifier: GPL-3.0-or-later
// THE OUTER LOOP: plan -> execution -> next plan, order after order, until the strategies have
// nothing left, the budget is spent or somebody asks to stop.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "harness/explore/execution.h"
#include "harness/report/progress.h"
#include "harness/strategy/strategy.h"

namespace onhook {

struct Budget {
  std::uint64_t executions = 0;  ///< 0: no bound
  double seconds = 0;            ///< 0: no bound
};

struct ExploreOptions {
  Budget budget;  ///< of all orders together, shared out evenly
  bool stop_at_first = false;
  /// Makes the chain of strategies for one order, tried one after the other; the chain ends early
  /// when one of them is complete.
  std::function<std::vector<std::unique_ptr<Strategy>>()> strategies;
};

/// A violation with all that a schedule file needs.
struct Found {
  Violation violation;  ///< with its trace
  Outcome outcome;
  OrderCase order;
};

struct Exploration {
  std::vector<OrderResult> orders;
  std::vector<Found> found;  ///< the first of each law, minimised
  std::uint64_t executions = 0;
  bool complete = false;  ///< every order was
  std::string bound;
  std::string fault;  ///< what is not modelled, by name
  bool interrupted = false;
};

class Explorer {
 public:
  Explorer(Executor& executor, const CompiledScenario& scenario, ExploreOptions options,
           ProgressSink& sink);

  /// Explores these orders; calls `on_found` for the first violation of each law, at once.
  Exploration explore(const std::vector<OrderCase>& orders,
                      const std::function<void(const Found&)>& on_found);

 private:
  struct Share;
  OrderResult explore_order(const OrderCase& order, Share share, Exploration& all,
                            const std::function<void(const Found&)>& on_found);
  void keep(const OrderCase& order, const Outcome& outcome, Exploration& all,
            const std::function<void(const Found&)>& on_found);
  std::string why_infeasible(const OrderCase& order, std::uint32_t held,
                             std::uint32_t happened) const;
  std::string names_of(std::uint32_t events) const;

  Executor& executor_;
  const CompiledScenario& scenario_;
  ExploreOptions options_;
  ProgressSink& sink_;
};

}  // namespace onhook
