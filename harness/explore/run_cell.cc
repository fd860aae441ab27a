// SPDX-License-Identifier: GPL-3.0-or-later
// One scenario on one target: from the two names to a RunResult.
#include "harness/explore/run_cell.h"

#include <fmt/format.h>
#include <stdio.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "harness/base/strings.h"
#include "harness/explore/chain.h"
#include "harness/explore/explorer.h"
#include "harness/host/subject.h"
#include "harness/scenario/compiler.h"
#include "harness/strategy/replay.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;

/// Everything that one cell needs, in the order in which it is made.
struct Cell {
  CompiledScenario scenario;
  std::optional<Target> target;
  std::unique_ptr<TestSubject> subject;
  std::unique_ptr<World> world;
};

/// The cell, ready to explore; or what was wrong, as a fault or as a violation of the set-up.
struct Prepared {
  std::unique_ptr<Cell> cell;
  std::string fault;
  std::optional<Violation> violation;
};

/// The target of that name; one that is built already with this very content is not looked at
/// twice.
TargetResult find_target(const std::string& name, const std::string& content_hash) {
  if (!content_hash.empty()) {
    for (Target& target : built_targets(default_target_paths())) {
      if (target.name == name && target.content_hash == content_hash)
        return {std::move(target), ""};
    }
  }
  return resolve_target(name);
}

Prepared prepare(const std::string& scenario_path, const std::string& target_name,
                 const std::string& target_hash, std::uint64_t seed) {
  Prepared prepared;
  auto cell = std::make_unique<Cell>();
  CompileResult compiled = load_scenario(scenario_path);
  if (!compiled.scenario) {
    for (const Diagnostic& d : compiled.diagnostics) prepared.fault += to_text(d);
    return prepared;
  }
  cell->scenario = std::move(*compiled.scenario);
  if (!cell->scenario.program) {
    TargetResult resolved = find_target(target_name, target_hash);
    if (!resolved.target) {
      prepared.fault = resolved.error;
      return prepared;
    }
    cell->target = std::move(resolved.target);
  }
  SubjectResult subject = make_subject(cell->scenario, cell->target ? &*cell->target : nullptr);
  if (auto* error = std::get_if<std::string>(&subject)) {
    prepared.fault = *error;
    return prepared;
  }
  cell->subject = std::move(std::get<std::unique_ptr<TestSubject>>(subject));
  WorldSpec spec = cell->subject->world_spec();
  spec.seed = seed;
  spec.settles = cell->scenario.settles;
  // What the world prints goes through a buffer of ours, or not at all.
  static char buffer[BUFSIZ];
  ::setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  cell->world = std::make_unique<World>(std::move(spec));
  const Ending ending = cell->world->prepare();
  if (ending.end == End::unmodelled) {
    prepared.fault = "not modelled: " + ending.why;
    return prepared;
  }
  if (ending.end != End::none) {
    prepared.violation = Violation{
        "set-up",
        fmt::format("the world never came to the race: {} {}", to_string(ending.end), ending.why),
        0, cell->world->trace()};
  }
  prepared.cell = std::move(cell);
  return prepared;
}

std::string schedule_path(const CellRequest& request, const CompiledScenario& scenario,
                          const std::string& target_name, std::size_t number) {
  std::string target = target_name;
  std::ranges::replace_if(
      target, [](char c) { return c == '/' || c == ' '; }, '_');
  return (fs::path(request.out_folder) /
          fmt::format("{}{}{}{}.sched", scenario.name, scenario.program ? "" : "@",
                      scenario.program ? "" : target,
                      number == 0 ? "" : fmt::format("-{}", number + 1)))
      .string();
}

Schedule schedule_of(const CellRequest& request, const Cell& cell, const Found& found) {
  Schedule schedule;
  schedule.scenario = request.scenario_path;
  schedule.scenario_hash = cell.scenario.hash;
  schedule.target = cell.target ? cell.target->name : "";
  schedule.target_hash = cell.subject->object_hash();
  for (std::size_t e : found.order.events) schedule.order.push_back(cell.scenario.events[e].name);
  schedule.law = found.violation.law;
  schedule.trace_hash = hash_of(found.violation.trace);
  schedule.seed = request.seed;
  schedule.choices = found.outcome.choices;
  return schedule;
}

/// The orders to explore: all, or the one asked for by name. Empty with `error` set when there is
/// no such order.
std::vector<OrderCase> wanted_orders(const CompiledScenario& scenario,
                                     const std::vector<std::string>& only, std::string& error) {
  if (only.empty()) return scenario.orders;
  OrderCase order;
  for (const std::string& name : only) {
    const auto it = std::ranges::find(scenario.events, name, &EventPattern::name);
    if (it == scenario.events.end()) {
      error = fmt::format("the scenario has no event '{}'", name);
      return {};
    }
    order.events.push_back(static_cast<std::size_t>(it - scenario.events.begin()));
    order.text += (order.text.empty() ? "" : " < ") + name;
  }
  return {order};
}

Verdict verdict_of(const RunResult& result) {
  if (!result.fault.empty()) return Verdict::harness_fault;
  if (!result.violations.empty()) return Verdict::violated;
  if (std::ranges::any_of(result.orders,
                          [](const OrderResult& o) { return o.outcome == OrderOutcome::holds; })) {
    return Verdict::holds;
  }
  const bool asked =
      std::ranges::any_of(result.orders, [](const OrderResult& o) { return !o.events.empty(); });
  return asked ? Verdict::infeasible : Verdict::vacuous;
}

}  // namespace

RunResult run_cell(const CellRequest& request, ProgressSink& sink) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  RunResult result;
  result.scenario = request.scenario_path;
  result.target = request.target;
  const auto done = [&] {
    result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    result.verdict = verdict_of(result);
    return result;
  };
  sink.on_progress({Phase::preparing, 0, ""});
  Prepared prepared = prepare(request.scenario_path, request.target, "", request.seed);
  if (!prepared.fault.empty()) {
    result.fault = prepared.fault;
    return done();
  }
  Cell& cell = *prepared.cell;
  if (cell.target) result.target = cell.target->name;
  if (prepared.violation) {
    result.violations.push_back(*prepared.violation);
    result.bound = "the set-up failed";
    return done();
  }
  std::string error;
  const std::vector<OrderCase> orders = wanted_orders(cell.scenario, request.only_order, error);
  ChainResult chain = parse_chain(request.strategy, request.seed);
  if (!error.empty() || !chain.error.empty()) {
    result.fault = error.empty() ? chain.error : error;
    return done();
  }
  Executor executor(*cell.world, cell.scenario);
  ExploreOptions options{
      {request.max_executions, request.max_seconds}, request.stop_at_first, std::move(chain.make)};
  Explorer explorer(executor, cell.scenario, std::move(options), sink);
  std::string unwritten;
  const Exploration all = explorer.explore(orders, [&](const Found& found) {
    std::string path;
    if (!request.out_folder.empty()) {
      path = schedule_path(request, cell.scenario, result.target, result.violations.size());
      std::error_code ignored;
      fs::create_directories(request.out_folder, ignored);
      if (const auto failed = write_schedule(schedule_of(request, cell, found),
                                             found.violation.trace.lanes, path)) {
        unwritten = to_text(*failed);
        path.clear();
      } else if (result.schedule.empty()) {
        result.schedule = path;
      }
    }
    result.violations.push_back(found.violation);
    sink.on_violation(found.violation, path);
  });
  result.orders = all.orders;
  result.executions = all.executions;
  result.complete = all.complete;
  result.bound = all.bound;
  if (!all.fault.empty()) result.fault = "not modelled: " + all.fault;
  if (!unwritten.empty()) result.fault = unwritten;
  return done();
}

ReplayResult replay_schedule(const Schedule& schedule) {
  ReplayResult result;
  Prepared prepared =
      prepare(schedule.scenario, schedule.target, schedule.target_hash, schedule.seed);
  if (!prepared.fault.empty()) {
    result.fault = prepared.fault;
    return result;
  }
  Cell& cell = *prepared.cell;
  if (prepared.violation) {
    result.fault = prepared.violation->message;
    return result;
  }
  std::string error;
  const std::vector<OrderCase> orders = wanted_orders(cell.scenario, schedule.order, error);
  if (!error.empty()) {
    result.fault = error;
    return result;
  }
  Executor executor(*cell.world, cell.scenario);
  if (!schedule.order.empty()) executor.set_order(orders.front());
  ReplayPlan plan(schedule.choices);
  const Outcome outcome = executor.run(plan);
  result.trace = cell.world->trace();
  if (outcome.violation) {
    result.violations.push_back(*outcome.violation);
    result.violations.back().trace = result.trace;
  }
  if (outcome.harness_fault) result.fault = "not modelled: " + outcome.ending.why;
  result.divergence = plan.divergence();
  if (result.divergence.empty() && !plan.followed()) {
    result.divergence = fmt::format("the run ended after {} of {} choices: {}", plan.position(),
                                    schedule.choices.size(), to_string(outcome.ending.end));
  }
  const bool same_trace =
      schedule.trace_hash.empty() || hash_of(result.trace) == schedule.trace_hash;
  if (result.divergence.empty() && !same_trace) {
    result.divergence = "the same choices led to another trace";
    if (schedule.target_hash != cell.subject->object_hash()) {
      result.divergence += " (the plugin is not the one that the schedule was written for)";
    }
  }
  result.identical = result.divergence.empty();
  return result;
}

std::vector<TargetInfo> known_targets() {
  std::vector<TargetInfo> infos;
  const TargetPaths paths = default_target_paths();
  const auto aliases = target_aliases(paths);
  for (const Target& target : built_targets(paths)) {
    TargetInfo info;
    info.name = target.name;
    for (const auto& [alias, name] : aliases) {
      if (target.name == name) info.aliases.push_back(alias);
    }
    info.revision = target.version;
    info.state = "built";
    infos.push_back(std::move(info));
  }
  return infos;
}

}  // namespace onhook
