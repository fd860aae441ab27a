// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/explorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "harness/explore/minimizer.h"

namespace onhook {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMaxMinimising = 2'000;  // executions

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

/// What one order may spend.
struct Explorer::Share {
  std::uint64_t executions;
  double seconds;
};

Explorer::Explorer(Executor& executor, const CompiledScenario& scenario, ExploreOptions options,
                   ProgressSink& sink)
    : executor_(executor), scenario_(scenario), options_(std::move(options)), sink_(sink) {}

Exploration Explorer::explore(const std::vector<OrderCase>& orders,
                              const std::function<void(const Found&)>& on_found) {
  Exploration all;
  all.complete = true;
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < orders.size(); ++i) {
    // What the orders before did not use is shared among those that are left.
    const auto left = static_cast<std::uint64_t>(orders.size() - i);
    Share share{0, 0};
    if (options_.budget.executions > 0) {
      const std::uint64_t unspent =
          options_.budget.executions - std::min(options_.budget.executions, all.executions);
      share.executions = std::max<std::uint64_t>(1, unspent / left);
    }
    if (options_.budget.seconds > 0) {
      share.seconds = std::max(
          0.001, (options_.budget.seconds - seconds_since(begin)) / static_cast<double>(left));
    }
    all.orders.push_back(explore_order(orders[i], share, all, on_found));
    if (!all.fault.empty() || all.interrupted) break;
    if (options_.stop_at_first && !all.found.empty()) break;
  }
  if (all.orders.size() < orders.size()) {
    all.complete = false;
    if (all.bound.empty())
      all.bound = all.interrupted ? "interrupted" : "stopped at the first violation";
    for (std::size_t i = all.orders.size(); i < orders.size(); ++i) {
      OrderResult result;
      for (std::size_t e : orders[i].events) result.events.push_back(scenario_.events[e].name);
      result.why = "not explored: " + all.bound;
      all.orders.push_back(std::move(result));
    }
  }
  return all;
}

OrderResult Explorer::explore_order(const OrderCase& order, Share share, Exploration& all,
                                    const std::function<void(const Found&)>& on_found) {
  OrderResult result;
  for (std::size_t e : order.events) result.events.push_back(scenario_.events[e].name);
  executor_.set_order(order);
  bool violated = false;
  bool proven = false;
  std::uint32_t held = 0;
  std::uint32_t happened = 0;
  std::string cut;
  const auto begin = Clock::now();
  std::uint64_t tried = 0;
  for (const std::unique_ptr<Strategy>& strategy : options_.strategies()) {
    cut.clear();
    while (Chooser* plan = strategy->next()) {
      const Outcome outcome = executor_.run(*plan);
      ++tried;
      const bool counts = outcome.ending.end != End::order_blocked && outcome.reached;
      if (outcome.harness_fault) {
        all.fault = outcome.ending.why;
        return result;
      }
      held |= outcome.ending.held;
      happened |= outcome.ending.happened;
      // A law broken on the way counts even if the execution never reached the last event.
      if (outcome.violation) {
        violated = true;
        keep(order, outcome, all, on_found);
      }
      if (counts || outcome.violation) {
        ++result.executions;
        ++all.executions;
      }
      strategy->finished({counts, outcome.violation.has_value()});
      sink_.on_progress({Phase::exploring, all.executions, order.text});
      if (violated && options_.stop_at_first) {
        cut = "stopped at the first violation";
      } else if (sink_.stop_requested()) {
        all.interrupted = true;
        cut = "interrupted";
      } else if (share.executions > 0 && tried >= share.executions) {
        cut = fmt::format("executions={}", options_.budget.executions);
      } else if (share.seconds > 0 && seconds_since(begin) >= share.seconds) {
        cut = fmt::format("seconds={}", options_.budget.seconds);
      }
      if (!cut.empty()) break;
    }
    if (cut.empty() && strategy->complete()) proven = true;
    if (cut.empty()) cut = strategy->bound();
    if (proven || all.interrupted || (violated && options_.stop_at_first)) break;
    if (share.executions > 0 && tried >= share.executions) break;
  }
  if (violated) {
    result.outcome = OrderOutcome::violated;
  } else if (result.executions > 0) {
    result.outcome = OrderOutcome::holds;
  } else if (proven) {
    result.outcome = OrderOutcome::infeasible;
    result.why = why_infeasible(order, held, happened);
  } else {
    result.outcome = OrderOutcome::not_reached;
    result.why = why_infeasible(order, held, happened);
  }
  if (!proven) {
    all.complete = false;
    if (all.bound.empty()) all.bound = cut;
  }
  return result;
}

void Explorer::keep(const OrderCase& order, const Outcome& outcome, Exploration& all,
                    const std::function<void(const Found&)>& on_found) {
  const std::string& law = outcome.violation->law;
  if (std::ranges::any_of(all.found, [&](const Found& f) { return f.violation.law == law; }))
    return;
  Found found{*outcome.violation, outcome, order};
  // An endless loop costs its whole limit each time, so it is only run again, not made smaller.
  found.outcome = minimise(executor_, outcome, law == "endless loop" ? 0 : kMaxMinimising);
  if (found.outcome.violation) found.violation = *found.outcome.violation;
  found.violation.trace = executor_.world().trace();
  all.found.push_back(found);
  on_found(all.found.back());
}

std::string Explorer::names_of(std::uint32_t events) const {
  std::string names;
  for (std::size_t i = 0; i < scenario_.events.size(); ++i) {
    if ((events >> i & 1u) == 0) continue;
    names += (names.empty() ? "" : ", ") + scenario_.events[i].name;
  }
  return names;
}

std::string Explorer::why_infeasible(const OrderCase& order, std::uint32_t held,
                                     std::uint32_t happened) const {
  for (std::size_t e : order.events) {
    if ((happened >> e & 1u) != 0) continue;
    const std::string& name = scenario_.events[e].name;
    if (held == 0) return fmt::format("{} never came", name);
    return fmt::format("{} never came while {} {} held back", name, names_of(held),
                       (held & (held - 1)) == 0 ? "was" : "were");
  }
  return "all events came, but never in one execution";
}

}  // namespace onhook
