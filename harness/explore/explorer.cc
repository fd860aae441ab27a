// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/explorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "harness/base/check.h"
#include "harness/explore/minimizer.h"

namespace onhook {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMaxMinimising = 2'000;  // executions

/// 64 bits that stand for one execution: its choices and its trace.
std::uint64_t digest_of(const Outcome& outcome, const Trace& trace) {
  std::string text = to_text(trace);
  for (const Choice& choice : outcome.choices) {
    if (const auto* thread = std::get_if<ThreadChoice>(&choice)) {
      text += fmt::format("{} {} ", word_of(thread->wake), thread->thread);
    } else {
      const auto& value = std::get<ValueChoice>(choice);
      text += fmt::format("{} of {} ", value.index, value.n);
    }
  }
  return std::stoull(sha256_of(text).substr(0, 16), nullptr, 16);
}

/// Of a search, those that kept it from something: "max-steps, max-timeouts".
std::string bounds_met(Cuts cuts) {
  std::string text = (cuts & kSteps) != 0 ? "max-steps" : "";
  if ((cuts & kTimeouts) != 0) text += text.empty() ? "max-timeouts" : ", max-timeouts";
  return text;
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

Explorer::Explorer(Executor& executor, const CompiledScenario& scenario, ExploreOptions options,
                   ProgressSink& sink)
    : executor_(executor), scenario_(scenario), options_(std::move(options)), sink_(sink) {}

Exploration Explorer::explore(const std::vector<OrderCase>& orders,
                              const std::function<void(const Found&)>& on_found,
                              const Resumption* from) {
  Exploration all;
  all.complete = true;
  if (from != nullptr) all = from->done;
  const double spent = from != nullptr ? from->seconds : 0;
  const std::uint64_t budget = options_.part.share_of(options_.budget.executions);
  const auto begin = Clock::now();
  for (std::size_t i = all.orders.size(); i < orders.size(); ++i) {
    // What the orders before did not use is shared among those that are left.
    const auto left = static_cast<std::uint64_t>(orders.size() - i);
    OrderPosition at;
    if (options_.budget.executions > 0) {
      at.most_executions =
          std::max<std::uint64_t>(1, (budget - std::min(budget, all.executions)) / left);
    }
    if (options_.budget.seconds > 0) {
      at.most_seconds = std::max(0.001, (options_.budget.seconds - spent - seconds_since(begin)) /
                                            static_cast<double>(left));
    }
    if (from != nullptr && i == from->done.orders.size()) {
      at = from->in_work;
      all.executions += at.result.executions;
    }
    all.orders.push_back(explore_order(orders[i], std::move(at), all, on_found));
    if (!all.fault.empty() || all.interrupted) break;
    if (is_enough(all)) break;
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

OrderResult Explorer::explore_order(const OrderCase& order, OrderPosition at, Exploration& all,
                                    const std::function<void(const Found&)>& on_found) {
  OrderResult& result = at.result;
  result.events.clear();
  for (std::size_t e : order.events) result.events.push_back(scenario_.events[e].name);
  executor_.set_order(order);
  bool proven = false;
  std::string cut;
  std::map<OutsideView, std::uint64_t> views;
  const double spent = at.seconds;
  const auto begin = Clock::now();
  const auto strategies = options_.strategies();
  for (; at.strategy < strategies.size(); ++at.strategy) {
    Strategy& strategy = *strategies[at.strategy];
    if (!at.strategy_state.empty()) {
      ONHOOK_CHECK(strategy.load(at.strategy_state), "a strategy does not know its own state");
      at.strategy_state.clear();
    }
    const OrderPosition at_its_beginning = at;
    strategy.begin_order(executor_.setting().order, options_.racing);
    executor_.set_accesses(executor_.setting().points, strategy.access_sink());
    cut.clear();
    while (Chooser* plan = strategy.next()) {
      const Outcome outcome = executor_.run_next(strategy, *plan);
      const bool counts = is_execution(outcome.ending.end) && outcome.reached;
      if (outcome.harness_fault) {
        all.fault = "not modelled: " + outcome.ending.why;
        return result;
      }
      at.held |= outcome.ending.held;
      at.happened |= outcome.ending.happened;
      at.cuts |= outcome.ending.cuts;
      const bool mine = strategy.mine();
      if (mine) {
        if (options_.on_execution) options_.on_execution(order, outcome);
        ++at.tried;
        at.hits.add({(outcome.ending.cuts & kSteps) != 0, (outcome.ending.cuts & kTimeouts) != 0});
        if (counts || outcome.is_violation()) {
          ++result.executions;
          ++all.executions;
          if (options_.views && counts) {
            const Trace& trace = executor_.world().trace();
            const auto seen = seen_from_outside(trace, executor_.world().race_begins());
            if (++views[view_of(seen)] == 1 && options_.on_new_view) options_.on_new_view(trace);
          }
          if (options_.digest) at.digest += digest_of(outcome, executor_.world().trace());
        }
        // A law broken on the way counts even if the execution never reached the last event.
        if (outcome.is_violation()) at.violated = true;
      }
      // The strategy may add racing accesses to the points that this execution was made with.
      std::optional<AccessPoints> points;
      if (mine && is_news(outcome, all)) {
        const AccessPoints* now = executor_.setting().points;
        points = now != nullptr ? *now : AccessPoints();
      }
      strategy.finished({counts, outcome.is_violation()});
      // After the strategy has heard of it: what follows runs executions that are not its own.
      if (points) {
        if (outcome.violation) keep({*outcome.violation, outcome, order, *points}, all, on_found);
        for (const Violation& f : outcome.findings)
          keep({f, outcome, order, *points}, all, on_found);
        if (!all.fault.empty()) return result;
      }
      sink_.on_progress({Phase::exploring, all.executions, order.text});
      if (is_enough(all)) {
        cut = "stopped at the first violation";
      } else if (sink_.stop_requested()) {
        all.interrupted = true;
        cut = "interrupted";
      } else if (at.most_executions > 0 && at.tried >= at.most_executions) {
        cut = fmt::format("executions={}", options_.budget.executions);
      } else if (at.most_seconds > 0 && spent + seconds_since(begin) >= at.most_seconds) {
        cut = fmt::format("seconds={}", options_.budget.seconds);
      }
      if (options_.tell_position && (options_.wants_position() || all.interrupted)) {
        OrderPosition now = at;
        now.strategy_state = strategy.save();
        if (now.strategy_state.empty()) now = at_its_beginning;
        now.seconds = spent + seconds_since(begin);
        options_.tell_position(all, now);
      }
      if (!cut.empty()) break;
    }
    if (!strategy.report().empty()) result.search = strategy.report();
    if (cut.empty()) cut = to_text(at.cuts);
    if (cut.empty()) cut = bounds_met(at.cuts);
    if (cut.empty() && strategy.complete()) proven = true;
    if (cut.empty()) cut = strategy.bound();
    if (proven || all.interrupted || is_enough(all)) break;
    if (at.most_executions > 0 && at.tried >= at.most_executions) break;
  }
  for (auto& [view, executions] : views) result.views.push_back({view, executions});
  result.came = names_of(at.happened);
  result.held = names_of(at.held);
  if (at.violated) {
    result.outcome = OrderOutcome::violated;
  } else if (result.executions > 0) {
    result.outcome = OrderOutcome::holds;
  } else {
    result.outcome = proven ? OrderOutcome::infeasible : OrderOutcome::not_reached;
    result.why = why_never(result);
    if ((at.cuts & (kSteps | kTimeouts)) != 0) result.why = "cut by " + bounds_met(at.cuts);
  }
  if (!proven) {
    all.complete = false;
    if (all.bound.empty()) all.bound = cut;
  }
  all.digest += at.digest;
  all.hits.add(at.hits);
  return result;
}

bool Explorer::is_known(const Violation& violation, const Exploration& all) {
  return std::ranges::any_of(all.found,
                             [&](const Found& f) { return f.violation.same_as(violation); });
}

bool Explorer::is_news(const Outcome& outcome, const Exploration& all) {
  const auto unknown = [&](const Violation& v) { return !is_known(v, all); };
  return (outcome.violation && unknown(*outcome.violation)) ||
         std::ranges::any_of(outcome.findings, unknown);
}

void Explorer::keep(Found found, Exploration& all,
                    const std::function<void(const Found&)>& on_found) {
  if (is_known(found.violation, all)) return;
  const Violation violation = found.violation;
  const Executor::Setting setting = executor_.setting();
  executor_.set_accesses(&found.points, nullptr);  // the strategy must not hear of these runs
  found.outcome.violation = violation;
  // An endless loop costs its whole limit each time, so it is only run again, not made smaller.
  found.outcome =
      minimise(executor_, found.outcome, violation.law == "endless loop" ? 0 : kMaxMinimising);
  if (!found.outcome.has(violation)) {
    all.fault = fmt::format("an execution that violates {} does not repeat", violation.law);
    return executor_.set(setting);
  }
  const auto again = std::ranges::find_if(found.outcome.findings,
                                          [&](const Violation& f) { return f.same_as(violation); });
  if (again != found.outcome.findings.end()) {
    found.violation = *again;
  } else if (found.outcome.violation) {
    found.violation = *found.outcome.violation;
  }
  found.violation.trace = executor_.world().trace();
  all.found.push_back(found);
  on_found(found);
  executor_.set(setting);
}

bool Explorer::is_enough(const Exploration& all) const {
  if (!options_.stop_at_first) return false;
  return std::ranges::any_of(all.found, [&](const Found& f) {
    return options_.stop_at_law.empty() || f.violation.law == options_.stop_at_law;
  });
}

std::vector<std::string> Explorer::names_of(std::uint32_t events) const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < scenario_.events.size(); ++i) {
    if ((events >> i & 1u) != 0) names.push_back(scenario_.events[i].name);
  }
  return names;
}

}  // namespace onhook
