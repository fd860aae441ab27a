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
#include "harness/explore/checkpoint.h"
#include "harness/explore/explorer.h"
#include "harness/host/program.h"
#include "harness/host/subject.h"
#include "harness/scenario/program_scenario.h"
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

/// What a cell is made of.
struct Wanted {
  const std::string& scenario_path;
  const std::vector<std::string>& defines;
  const std::vector<std::string>& args;
  const std::string& target_name;
  std::string target_hash;  ///< "" any
  std::uint64_t seed;
};

const AccessPoints* access_points(Points points) {
  static const AccessPoints everything = AccessPoints::everything();
  return points == Points::all ? &everything : nullptr;
}

Prepared prepare(const Wanted& wanted) {
  Prepared prepared;
  auto cell = std::make_unique<Cell>();
  CompileResult compiled =
      names_program(wanted.scenario_path)
          ? scenario_of_program(wanted.scenario_path, wanted.defines, wanted.args)
          : load_scenario(wanted.scenario_path);
  if (!compiled.scenario) {
    for (const Diagnostic& d : compiled.diagnostics) prepared.fault += to_text(d);
    return prepared;
  }
  cell->scenario = std::move(*compiled.scenario);
  if (!cell->scenario.program) {
    TargetResult resolved = find_target(wanted.target_name, wanted.target_hash);
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
  spec.seed = wanted.seed;
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

/// Parts that write into one folder must not write the same file.
std::string part_suffix(const Shard& part) {
  return part.whole() ? "" : fmt::format(".part{}of{}", part.index + 1, part.count);
}

std::string schedule_path(const CellRequest& request, const CompiledScenario& scenario,
                          const std::string& target_name, std::size_t number) {
  std::string target = target_name;
  std::ranges::replace_if(
      target, [](char c) { return c == '/' || c == ' '; }, '_');
  return (fs::path(request.out_folder) /
          fmt::format("{}{}{}{}{}.sched", scenario.name, scenario.program ? "" : "@",
                      scenario.program ? "" : target, part_suffix(request.part),
                      number == 0 ? "" : fmt::format("-{}", number + 1)))
      .string();
}

Schedule schedule_of(const CellRequest& request, const Cell& cell, const Found& found) {
  Schedule schedule;
  schedule.scenario = request.scenario_path;
  schedule.scenario_hash = cell.scenario.hash;
  schedule.defines = request.defines;
  schedule.args = request.args;
  if (request.points == Points::all) schedule.points = {"all"};
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

std::vector<std::string> names_of(const OrderCase& order, const CompiledScenario& scenario) {
  std::vector<std::string> names;
  for (std::size_t e : order.events) names.push_back(scenario.events[e].name);
  return names;
}

/// Of what the search runs in; parts that run on different machines have the same.
std::string inputs_of(const Cell& cell) {
  return sha256_of(cell.scenario.hash + ' ' + cell.subject->object_hash());
}

}  // namespace

RunResult run_cell(const CellRequest& request, ProgressSink& sink) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  RunResult result;
  result.scenario = request.scenario_path;
  result.target = request.target;
  double spent = 0;  // by the processes before this one
  const auto seconds = [&] {
    return spent + std::chrono::duration<double>(Clock::now() - begin).count();
  };
  const auto done = [&] {
    result.seconds = seconds();
    result.verdict = verdict_of(result);
    return result;
  };
  sink.on_progress({Phase::preparing, 0, ""});
  Prepared prepared = prepare(
      {request.scenario_path, request.defines, request.args, request.target, "", request.seed});
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
  ChainResult chain = parse_chain(request.strategy, request.seed, request.part);
  if (!error.empty() || !chain.error.empty()) {
    result.fault = error.empty() ? chain.error : error;
    return done();
  }
  result.inputs = inputs_of(cell);
  const std::string fingerprint = result.inputs + ' ' + engine_fingerprint();
  std::optional<Resumption> from;
  if (const auto saved = parse_checkpoint(request.position);
      saved && saved->fingerprint == fingerprint) {
    if (!saved->in_work) return saved->so_far;
    from = resumption_of(*saved);
    spent = saved->so_far.seconds;
    result.violations = saved->so_far.violations;
    result.schedule = saved->so_far.schedule;
  }
  Executor executor(*cell.world, cell.scenario);
  executor.set_accesses(access_points(request.points), nullptr);
  ExploreOptions options;
  options.budget = {request.max_executions, request.max_seconds};
  options.stop_at_first = request.stop_at_first;
  options.strategies = std::move(chain.make);
  options.part = request.part;
  options.digest = request.digest;
  const auto take_over = [&](const Exploration& all) {
    result.orders = all.orders;
    result.executions = all.executions;
    result.complete = all.complete;
    result.bound = all.bound;
    if (request.digest) result.digest = all.digest;
  };
  if (request.keep_position) {
    options.tell_position = [&](const Exploration& all, const OrderPosition& at) {
      take_over(all);
      result.seconds = seconds();
      sink.on_position(to_bytes({fingerprint, result, at}));
    };
  }
  Explorer explorer(executor, cell.scenario, std::move(options), sink);
  std::string unwritten;
  const auto on_found = [&](const Found& found) {
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
    result.violations.back().schedule = path;
    result.violations.back().order = names_of(found.order, cell.scenario);
    sink.on_violation(result.violations.back(), path);
  };
  const Exploration all = explorer.explore(orders, on_found, from ? &*from : nullptr);
  take_over(all);
  result.interrupted = all.interrupted;
  if (!all.fault.empty()) result.fault = "not modelled: " + all.fault;
  if (!unwritten.empty()) result.fault = unwritten;
  done();
  // What failed may succeed another time, and starts from where it stood last.
  const bool final = !all.interrupted && result.fault.empty();
  if (request.keep_position && final) sink.on_position(to_bytes({fingerprint, result, {}}));
  return result;
}

std::string program_error(const CellRequest& request) {
  const auto compiled = Program::compile({request.scenario_path, request.defines, request.args});
  const auto* error = std::get_if<ProgramError>(&compiled);
  return error == nullptr ? "" : error->message;
}

ReplayResult replay_schedule(const Schedule& schedule) {
  ReplayResult result;
  if (!schedule.points.empty() && schedule.points != std::vector<std::string>{"all"}) {
    result.fault = fmt::format("the points '{}' of the schedule are not known",
                               fmt::join(schedule.points, ", "));
    return result;
  }
  Prepared prepared = prepare({schedule.scenario, schedule.defines, schedule.args, schedule.target,
                               schedule.target_hash, schedule.seed});
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
  if (!schedule.points.empty()) executor.set_accesses(access_points(Points::all), nullptr);
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
