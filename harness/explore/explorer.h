// SPDX-License-Identifier: GPL-3.0-or-later
// THE OUTER LOOP: plan -> execution -> next plan, order after order, until the strategies have
// nothing left, the budget is spent or somebody asks to stop.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "harness/explore/execution.h"
#include "harness/report/progress.h"
#include "harness/sched/access_points.h"
#include "harness/strategy/strategy.h"

namespace onhook {

struct Budget {
  std::uint64_t executions = 0;  ///< 0: no bound
  double seconds = 0;            ///< 0: no bound
};

/// Where the exploration of one order stands, between two executions.
struct OrderPosition {
  OrderResult result;       ///< its executions so far
  std::uint64_t tried = 0;  ///< with those given up half-way
  std::uint32_t held = 0;   ///< events, as bit sets
  std::uint32_t happened = 0;
  bool violated = false;
  Cuts cuts = 0;  ///< ways on that were left out
  BoundHits hits;
  std::uint64_t digest = 0;
  double seconds = 0;                 ///< spent
  std::uint64_t most_executions = 0;  ///< its share of the budget; 0: no bound
  double most_seconds = 0;
  std::size_t strategy = 0;    ///< which of the chain
  std::string strategy_state;  ///< of Strategy::save(); "" at its beginning
};

struct Exploration;

/// Told where the exploration stands whenever somebody wants it, and when it is interrupted: the
/// orders that are done, and the one in work. A strategy that cannot be saved is told at its
/// beginning.
using TellPosition = std::function<void(const Exploration&, const OrderPosition&)>;

struct ExploreOptions {
  /// Of all orders (and all parts) together, shared out evenly.
  Budget budget;
  bool stop_at_first = false;
  std::string stop_at_law = {};  ///< stop_at_first stops at this law alone; "": at any
  /// Makes the chain of strategies for one order, tried one after the other; the chain ends early
  /// when one of them is complete.
  std::function<std::vector<std::unique_ptr<Strategy>>()> strategies;
  /// The plain accesses that are steps because they race: grows during the exploration. Null: races
  /// are not looked for.
  AccessPoints* racing = nullptr;
  Shard part;           ///< to which the strategies keep
  bool digest = false;  ///< sum up a hash of each execution's trace
  bool views = false;   ///< count how executions look from outside
  /// Told of the first execution of an order that looks so; may be empty.
  std::function<void(const Trace&)> on_new_view = {};
  /// Told of each execution (and of each beginning of one that was given up) that is this part's,
  /// before the next one runs; may be empty.
  std::function<void(const OrderCase&, const Outcome&)> on_execution = {};
  TellPosition tell_position = {};
  std::function<bool()> wants_position = {};  ///< asked between executions
};

/// A violation with all that a schedule file needs.
struct Found {
  Violation violation;  ///< with its trace
  Outcome outcome;
  OrderCase order;
  AccessPoints points = {};  ///< of the outcome's choices
};

struct Exploration {
  std::vector<OrderResult> orders;
  std::vector<Found> found;  ///< the first of each law, minimised
  std::uint64_t executions = 0;
  bool complete = false;  ///< every order was
  std::string bound;
  std::string fault;  ///< what is not modelled, by name, or what did not repeat
  bool interrupted = false;
  std::uint64_t digest = 0;
  BoundHits hits;
};

/// What an exploration that was told of before goes on from.
struct Resumption {
  Exploration done;  ///< its found: the laws are enough
  OrderPosition in_work;
  double seconds = 0;  ///< spent
};

class Explorer {
 public:
  Explorer(Executor& executor, const CompiledScenario& scenario, ExploreOptions options,
           ProgressSink& sink);

  /// Explores these orders; calls `on_found` for the first violation of each law, at once.
  Exploration explore(const std::vector<OrderCase>& orders,
                      const std::function<void(const Found&)>& on_found,
                      const Resumption* from = nullptr);

 private:
  OrderResult explore_order(const OrderCase& order, OrderPosition at, Exploration& all,
                            const std::function<void(const Found&)>& on_found);
  /// Minimises it, and tells of it if it is new. A fault of the harness if it does not repeat.
  void keep(Found found, Exploration& all, const std::function<void(const Found&)>& on_found);
  static bool is_known(const Violation& violation, const Exploration& all);
  /// Breaks what was not broken before.
  static bool is_news(const Outcome& outcome, const Exploration& all);
  std::vector<std::string> names_of(std::uint32_t events) const;
  /// What was asked for has been found.
  bool is_enough(const Exploration& all) const;

  Executor& executor_;
  const CompiledScenario& scenario_;
  ExploreOptions options_;
  ProgressSink& sink_;
};

}  // namespace onhook
