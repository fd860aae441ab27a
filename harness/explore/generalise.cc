// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/generalise.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include "harness/base/prng.h"
#include "harness/base/text_file.h"
#include "harness/explore/cell.h"
#include "harness/explore/constraint_search.h"
#include "harness/explore/critical_pair.h"
#include "harness/explore/execution.h"
#include "harness/explore/execution_log.h"
#include "harness/explore/observation.h"
#include "harness/explore/point_names.h"
#include "harness/explore/prepared_replay.h"
#include "harness/scenario/compiler.h"
#include "harness/strategy/dfs.h"
#include "harness/strategy/pct.h"
#include "harness/strategy/random.h"
#include "harness/strategy/replay.h"

namespace onhook {
namespace {

constexpr int kMaxRounds = 100;
constexpr std::uint64_t kSeed = 1;
constexpr unsigned kPriorityChanges = 2;
constexpr unsigned kSearchPreemptions = 2;
/// Executions that lead nowhere under an order, for each that is wanted.
constexpr std::uint64_t kPatience = 5;

bool obeys(const Outcome& outcome) {
  return !outcome.violation && !outcome.harness_fault &&
         (outcome.ending.end == End::settled || outcome.ending.end == End::quiescent);
}

/// What executions under some constraints showed.
struct Trial {
  std::uint64_t random = 0;
  std::uint64_t searched = 0;
  bool complete = false;
  bool refuted = false;   ///< one of them did not break the law; it is a sample now
  bool runnable = false;  ///< the language can say the constraints
  std::uint64_t reached() const { return random + searched; }
};

class Generaliser {
 public:
  /// `base_text`: of the scenario's file; "" for a program.
  Generaliser(Cell& cell, const GeneraliseRequest& request, const AccessPoints& points,
              std::string base_text)
      : cell_(cell),
        request_(request),
        points_(points),
        map_(cell.subject->code_map()),
        base_text_(std::move(base_text)),
        executor_(*cell.world, cell.scenario) {}

  Generalised run(const OrderCase& order) {
    Generalised out;
    executor_.set_order(order);
    if (!record(out)) return out;
    take_samples();
    out.samples = search_.samples();
    for (int round = 0; round < kMaxRounds; ++round) {
      const ConstraintSearch::Answer answer = search_.fewest(request_.max_constraints);
      if (answer.constraints.empty()) {
        out.failure = answer.why_none;
        return out;
      }
      const Trial quick = try_under(answer.constraints, 60, 100);
      if (quick.refuted) continue;
      if (!quick.runnable || quick.reached() == 0) {
        search_.ban(answer.constraints);
        continue;
      }
      const Trial full =
          try_under(answer.constraints, request_.random_executions, request_.search_executions);
      if (full.refuted) continue;
      describe(answer.constraints, full, out);
      return out;
    }
    out.failure =
        fmt::format("{} sets of constraints were refuted, one after the other", kMaxRounds);
    return out;
  }

 private:
  /// Runs the plan and notes what came first.
  Outcome observe(Executor& executor, Chooser& plan, FirstTimes& first) {
    Observer observer(plan, map_, cell_.world->trace(), cell_.scenario.script, table_);
    const Executor::Setting setting = executor.setting();
    executor.set({setting.order, &points_, &observer});
    set_function_sink(&observer);
    Outcome outcome = executor.run(observer);
    set_function_sink(nullptr);
    executor.set(setting);
    first = observer.first_times();
    return outcome;
  }

  bool record(Generalised& out) {
    executor_.set({executor_.setting().order, &points_, nullptr});
    ReplayPlan replay(request_.schedule.choices);
    FirstTimes first;
    const Outcome outcome = observe(executor_, replay, first);
    if (!outcome.violation ||
        (!request_.schedule.law.empty() && outcome.violation->law != request_.schedule.law)) {
      out.fault = "the schedule does not break its law any more; replay it to see";
      return false;
    }
    law_ = outcome.violation->law;
    search_.start_from(std::move(first));
    for (const Lane& lane : cell_.world->trace().lanes) {
      if (!lane.role.empty()) most_[lane.role] = std::max(most_[lane.role], lane.number);
    }
    ReplayPlan again(request_.schedule.choices);
    ExecutionLog log(again, 0);
    executor_.run(log);
    steps_ = steps_of(log.acts());
    values_ = log.values();
    const EventOrder order = executor_.setting().order;
    executor_.set({{}, &points_, nullptr});
    prefer_critical_pair(outcome, order);
    return true;
  }

  /// The two steps in the wrong order, where there are such, say best what went wrong.
  void prefer_critical_pair(const Outcome& failing, const EventOrder& order) {
    const ExplainBudget budget;
    const PairSearch found =
        find_critical_pair(executor_, map_, failing, order, PairSearch::kNoLimit, budget);
    if (!found.pair) return;
    const auto before = number_of(found.first_thread, found.pair->first.what);
    const auto after = number_of(found.second_thread, found.pair->second.what);
    if (before && after) search_.prefer({*before, *after});
  }

  std::optional<EventTable::Number> number_of(ThreadId thread, const std::string& what) const {
    const Lane& lane = cell_.world->trace().lanes.at(thread);
    for (EventTable::Number n = 0; n < table_.size(); ++n) {
      const ForcedEvent& event = table_.event(n);
      if (event.role == lane.role && event.number == lane.number && event.actor.empty() &&
          fmt::format("{} {}", event.verb, event.object) == what) {
        return n;
      }
    }
    return std::nullopt;
  }

  /// Random executions: half of them from the beginning, half near the failing one.
  void take_samples() {
    RandomStrategy walk(kSeed);
    PctStrategy priorities(kSeed, kPriorityChanges);
    Prng prng(kSeed);
    for (std::uint64_t i = 0; i < request_.samples; ++i) {
      const auto prefix =
          i % 2 == 0 ? 0 : static_cast<std::uint32_t>(prng.below(steps_.size() + 1));
      Strategy& random = i / 2 % 2 == 0 ? static_cast<Strategy&>(walk) : priorities;
      PrefixPlan plan(steps_, values_, prefix, *random.next());
      FirstTimes first;
      const Outcome outcome = observe(executor_, plan, first);
      random.finished({});
      if (obeys(outcome)) {
        search_.add_passing(std::move(first));
      } else if (outcome.violation && outcome.violation->law == law_) {
        search_.add_failing(std::move(first));
      }
    }
  }

  ForcedOrders orders_of(const std::vector<OrderConstraint>& constraints) const {
    ForcedOrders orders;
    std::map<EventTable::Number, std::size_t> places;
    const auto place_of = [&](EventTable::Number number) {
      const auto [it, fresh] = places.emplace(number, orders.events.size());
      if (fresh) {
        ForcedEvent event = table_.event(number);
        // The only thread of its role needs no number.
        const auto most = most_.find(event.role);
        if (most == most_.end() || most->second < 2) event.number = 0;
        orders.events.push_back(std::move(event));
      }
      return it->second;
    };
    for (const OrderConstraint& c : constraints) {
      const std::size_t before = place_of(c.before);
      orders.orders.emplace_back(before, place_of(c.after));
    }
    return orders;
  }

  /// The scenario with these constraints; nullopt when the language cannot say them.
  std::optional<CompiledScenario> scenario_with(
      const std::vector<OrderConstraint>& constraints) const {
    CompileResult compiled =
        compile_scenario(forced_scenario(base_text_, cell_.scenario, orders_of(constraints), {}),
                         cell_.scenario.path);
    if (!compiled.scenario) return std::nullopt;
    const fakes::Script& script = compiled.scenario->script;
    const fakes::Script& base = cell_.scenario.script;
    if (script.instructions.size() != base.instructions.size() ||
        script.reactions.size() != base.reactions.size()) {
      return std::nullopt;
    }
    return std::move(compiled.scenario);
  }

  Trial try_under(const std::vector<OrderConstraint>& constraints, std::uint64_t random,
                  std::uint64_t search) {
    Trial trial;
    const std::optional<CompiledScenario> scenario = scenario_with(constraints);
    if (!scenario) return trial;
    trial.runnable = true;
    cell_.world->set_code_events(std::make_shared<CodeEvents>(*scenario, map_));
    {
      Executor executor(*cell_.world, *scenario);
      trial.complete = true;
      for (const OrderCase& order : scenario->orders) {
        executor.set_order(order);
        RandomStrategy walk(kSeed);
        try_plans(executor, walk, random / 2, trial, trial.random);
        if (trial.refuted) break;
        PctStrategy priorities(kSeed, kPriorityChanges);
        try_plans(executor, priorities, random - random / 2, trial, trial.random);
        if (trial.refuted) break;
        DfsStrategy dfs(kSearchPreemptions);
        try_plans(executor, dfs, search, trial, trial.searched);
        if (trial.refuted) break;
        trial.complete = trial.complete && dfs.complete();
      }
    }
    cell_.world->set_code_events(nullptr);
    return trial;
  }

  /// Until so many executions of the order were run. One that does not break the law refutes it.
  void try_plans(Executor& executor, Strategy& strategy, std::uint64_t wanted, Trial& trial,
                 std::uint64_t& counted) {
    const std::uint64_t goal = counted + wanted;
    for (std::uint64_t i = 0; i < wanted * kPatience && counted < goal; ++i) {
      Chooser* plan = strategy.next();
      if (plan == nullptr) return;
      FirstTimes first;
      const Outcome outcome = observe(executor, *plan, first);
      const bool breaks = outcome.violation && outcome.violation->law == law_;
      // A law broken on the way counts, though the last event never came.
      const bool blocked =
          outcome.ending.end == End::order_blocked || (!outcome.reached && !breaks);
      strategy.finished({!blocked, breaks});
      if (blocked || outcome.harness_fault) continue;
      ++counted;
      if (breaks) continue;
      trial.refuted = true;
      search_.add_passing(std::move(first));
      return;
    }
  }

  void describe(const std::vector<OrderConstraint>& constraints, const Trial& trial,
                Generalised& out) const {
    const ForcedOrders orders = orders_of(constraints);
    for (const auto& [before, after] : orders.orders) {
      out.constraints.push_back(fmt::format("{} before {}",
                                            words_of(orders.events[before], cell_.scenario),
                                            words_of(orders.events[after], cell_.scenario)));
    }
    out.law = law_;
    out.random_executions = trial.random;
    out.search_executions = trial.searched;
    out.complete = trial.complete;
    std::vector<std::string> comment = {fmt::format(
        "Written by onhook generalise from a schedule of {}. Under the order below all {} "
        "executions",
        cell_.target ? cell_.target->name : cell_.scenario.program->c_file, trial.reached())};
    comment.push_back(
        fmt::format("that were tried there ({} random, {} depth-first{}) broke:", trial.random,
                    trial.searched, trial.complete ? ", which are all" : ""));
    comment.push_back("  " + law_);
    out.scenario = forced_scenario(base_text_, cell_.scenario, orders, comment);
  }

  Cell& cell_;
  const GeneraliseRequest& request_;
  const AccessPoints& points_;
  const CodeMap& map_;
  const std::string base_text_;
  Executor executor_;
  EventTable table_;
  ConstraintSearch search_{table_};
  std::string law_;
  std::map<std::string, unsigned> most_;  // threads of a role in the failing execution
  std::vector<Act> steps_;
  std::vector<ValueTaken> values_;
};

}  // namespace

Generalised generalise(const GeneraliseRequest& request) {
  const Schedule& schedule = request.schedule;
  Generalised out;
  PreparedCell prepared = prepare_cell(parts_of(schedule, "none"));
  out.fault = prepared.violation ? prepared.violation->message : prepared.fault;
  if (!out.fault.empty()) return out;
  Cell& cell = *prepared.cell;
  const auto order = order_named(schedule.order, cell.scenario, out.fault);
  if (!order) return out;
  const auto points = points_of(schedule.points);
  if (const auto* unknown = std::get_if<std::string>(&points)) {
    out.fault = *unknown;
    return out;
  }
  std::string base_text;
  if (cell.scenario.path.ends_with(".scn")) {
    auto read = read_text_file(cell.scenario.path);
    if (const auto* unreadable = std::get_if<Diagnostic>(&read)) {
      out.fault = to_text(*unreadable);
      return out;
    }
    base_text = std::get<std::string>(std::move(read));
  }
  Generalised result =
      Generaliser(cell, request, std::get<AccessPoints>(points), std::move(base_text)).run(*order);
  if (cell.scenario.program) {
    result.folder = std::filesystem::path(cell.scenario.path).parent_path().string();
    result.needs_folder = true;
  }
  return result;
}

}  // namespace onhook
