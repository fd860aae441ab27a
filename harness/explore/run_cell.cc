// SPDX-License-Identifier: GPL-3.0-or-later
// One scenario on one target: from the two names to a RunResult.
#include "harness/explore/run_cell.h"

#include <errno.h>
#include <fmt/format.h>
#include <stdio.h>
#include <string.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "harness/base/strings.h"
#include "harness/base/text_file.h"
#include "harness/explore/cell.h"
#include "harness/explore/chain.h"
#include "harness/explore/checkpoint.h"
#include "harness/explore/explain_violation.h"
#include "harness/explore/explorer.h"
#include "harness/explore/lock_recorder.h"
#include "harness/explore/point_names.h"
#include "harness/explore/prepared_replay.h"
#include "harness/host/program.h"
#include "harness/host/subject.h"
#include "harness/report/position_journal.h"
#include "harness/report/trace_file.h"
#include "harness/scenario/program_scenario.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;

/// Where the search begins.
AccessPoints first_points(Points points) {
  return points == Points::all ? AccessPoints::everything() : AccessPoints();
}

/// Parts that write into one folder must not write the same file.
std::string part_suffix(const Shard& part) {
  return part.whole() ? "" : fmt::format(".part{}of{}", part.index + 1, part.count);
}

/// The `number`th file of its kind in a folder.
std::string path_in(const std::string& folder, const CompiledScenario& scenario,
                    const std::string& target_name, std::size_t number, const char* ending,
                    const Shard& part) {
  std::string target = target_name;
  std::ranges::replace_if(
      target, [](char c) { return c == '/' || c == ' '; }, '_');
  return (fs::path(folder) / fmt::format("{}{}{}{}{}{}", scenario.name, scenario.program ? "" : "@",
                                         scenario.program ? "" : target, part_suffix(part),
                                         number == 0 ? "" : fmt::format("-{}", number + 1), ending))
      .string();
}

Schedule schedule_of(const CellRequest& request, const Cell& cell, const AccessPoints& points,
                     const OrderCase& order, const std::vector<Choice>& choices,
                     const Trace& trace) {
  Schedule schedule;
  schedule.scenario = request.scenario_path;
  schedule.scenario_hash = cell.scenario.hash;
  schedule.defines = request.defines;
  schedule.args = request.args;
  schedule.points = names_of(points);
  schedule.target = cell.target ? cell.target->name : "";
  schedule.target_hash = cell.subject->object_hash();
  for (std::size_t e : order.events) schedule.order.push_back(cell.scenario.events[e].name);
  schedule.trace_hash = hash_of(trace);
  schedule.seed = request.seed;
  schedule.bounds = request.bounds;
  schedule.core_rules = request.core_rules;
  schedule.sip = request.sip;
  schedule.choices = choices;
  return schedule;
}

/// Whether locks that are taken inside others are taken down, for all executions together.
bool wants_lock_record(const Cell& cell) {
  const auto& without = cell.scenario.without;
  return cell.judges->lock_judge() != nullptr &&
         std::ranges::find(without, "LOCK", &Without::law) == without.end();
}

/// Where a cell writes; made, so that one that is confined can be let in.
std::vector<std::string> written_folders(const CellRequest& request) {
  std::vector<std::string> folders;
  std::error_code ignored;
  for (const std::string& folder : {request.out_folder, request.traces_folder}) {
    if (folder.empty()) continue;
    fs::create_directories(folder, ignored);
    folders.push_back(folder);
  }
  if (!request.journal.empty()) {
    folders.push_back(fs::absolute(request.journal, ignored).parent_path().string());
  }
  return folders;
}

/// The orders to explore: all, or the one asked for by name. Empty with `error` set when there is
/// no such order.
std::vector<OrderCase> wanted_orders(const CompiledScenario& scenario,
                                     const std::vector<std::string>& only, std::string& error) {
  if (only.empty()) return scenario.orders;
  const auto order = order_named(only, scenario, error);
  if (!order) return {};
  return {*order};
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
  result.bounds = request.bounds;
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
  CellParts parts{request.scenario_path, request.defines, request.args,  request.target, "",
                  request.seed,          request.judges,  request.bounds};
  parts.core_rules = request.core_rules;
  parts.sip = request.sip;
  parts.writable = written_folders(request);
  if (request.max_seconds > 0)
    parts.cpu_seconds += 2 * static_cast<std::uint64_t>(request.max_seconds);
  PreparedCell prepared = prepare_cell(parts);
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
  AccessPoints points = first_points(request.points);
  std::optional<Resumption> from;
  if (const auto saved = parse_checkpoint(request.position);
      saved && saved->fingerprint == fingerprint) {
    if (!saved->in_work) return saved->so_far;
    from = resumption_of(*saved);
    if (const auto known = points_of(saved->points); std::holds_alternative<AccessPoints>(known)) {
      points = std::get<AccessPoints>(known);
    }
    spent = saved->so_far.seconds;
    result.violations = saved->so_far.violations;
    result.schedule = saved->so_far.schedule;
    result.lock_record = saved->so_far.lock_record;
  }
  Executor executor(*cell.world, cell.scenario);
  cell.findings->set_suppressions(request.suppressions);
  executor.set_judges(*cell.judges, *cell.findings);
  executor.set_accesses(&points, nullptr);
  ExploreOptions options;
  options.budget = {request.max_executions, request.max_seconds};
  options.stop_at_first = request.stop_at_first;
  options.stop_at_law = request.stop_at_law;
  options.strategies = std::move(chain.make);
  options.racing = request.points == Points::racing ? &points : nullptr;
  // A part that owns whole orders needs for them what the whole would.
  if (chain.divisible) options.part = request.part;
  options.digest = request.digest;
  options.views = request.views || !request.traces_folder.empty();
  std::optional<LockRecorder> locks;
  if (wants_lock_record(cell)) {
    locks.emplace(*cell.judges->lock_judge(), *cell.findings, result.lock_record);
    if (!request.out_folder.empty()) {
      // Not a part's: what is written there is the whole's.
      result.lock_record.files =
          path_in(request.out_folder, cell.scenario, result.target, 0, "", {});
    }
    options.on_execution = [&](const OrderCase& order, const Outcome& outcome) {
      if (!is_execution(outcome.ending.end) && !is_cut(outcome.ending.end)) return;
      locks->execution_ended([&] {
        const Trace& trace = cell.world->trace();
        const Schedule schedule = schedule_of(request, cell, points, order, outcome.choices, trace);
        return RecordedRun{to_text(schedule), trace.lanes};
      });
    };
  }
  const auto take_over = [&](const Exploration& all) {
    result.orders = all.orders;
    result.executions = all.executions;
    result.complete = all.complete && all.fault.empty();
    result.hits = all.hits;
    result.bound = all.bound;
    if (request.digest) result.digest = all.digest;
    result.suppressed = cell.findings->suppressed();
  };
  PositionJournal journal;
  if (request.keep_position) {
    if (!request.journal.empty() && !journal.open(request.journal, request.journal_owner)) {
      result.fault = fmt::format("cannot write '{}': {}", request.journal, strerror(errno));
      return done();
    }
    options.wants_position = [&] { return journal.due() || sink.wants_position(); };
    options.tell_position = [&](const Exploration& all, const OrderPosition& at) {
      take_over(all);
      result.seconds = seconds();
      const std::string position = to_bytes({fingerprint, result, at, names_of(points)});
      journal.write(position);
      if (all.interrupted || sink.wants_position()) sink.on_position(position);
    };
  }
  std::string unwritten;
  if (!request.traces_folder.empty()) {
    options.on_new_view = [&, written = std::size_t{0}](const Trace& trace) mutable {
      const std::string path = path_in(request.traces_folder, cell.scenario, result.target,
                                       written++, ".jsonl", request.part);
      const ObservedTrace observed{cell.scenario.name, cell.scenario.hash, result.target,
                                   cell.world->race_begins(), trace};
      if (const auto failed = write_text_file(trace_lines(observed), path))
        unwritten = to_text(*failed);
    };
  }
  Explorer explorer(executor, cell.scenario, std::move(options), sink);
  const auto on_found = [&](const Found& found) {
    std::string path;
    if (!request.out_folder.empty()) {
      path = path_in(request.out_folder, cell.scenario, result.target, result.violations.size(),
                     ".sched", request.part);
      const Trace& trace = found.violation.trace;
      Schedule schedule =
          schedule_of(request, cell, found.points, found.order, found.outcome.choices, trace);
      schedule.law = found.violation.law;
      if (const auto failed = write_schedule(schedule, trace.lanes, path)) {
        unwritten = to_text(*failed);
        path.clear();
      } else if (result.schedule.empty()) {
        result.schedule = path;
      }
    }
    result.violations.push_back(found.violation);
    result.violations.back().schedule = path;
    result.violations.back().order = names_of(found.order, cell.scenario);
    // A judge's finding explains itself, where it happens and not only why in the end.
    const bool is_finding =
        !found.outcome.violation || !found.outcome.violation->same_as(found.violation);
    const bool explains_itself = found.violation.judgement && is_finding;
    const auto& expected = request.unexplained_law;
    const bool is_expected = expected && (expected->empty() || *expected == found.violation.law);
    if (!explains_itself && !is_expected) {
      result.violations.back().explanation =
          explain_violation(executor, cell.subject->code_map(), found.outcome);
    }
    sink.on_violation(result.violations.back(), path);
  };
  const Exploration all = explorer.explore(orders, on_found, from ? &*from : nullptr);
  take_over(all);
  result.interrupted = all.interrupted;
  if (!all.fault.empty()) result.fault = all.fault;
  if (!unwritten.empty()) result.fault = unwritten;
  if (request.part.whole()) {
    const auto failed = add_inversions_across(result, request.suppressions);
    if (failed) result.fault = to_text(*failed);
  }
  done();
  // What failed may succeed another time, and starts from where it stood last.
  const bool final = !all.interrupted && result.fault.empty();
  if (request.keep_position && final) {
    const std::string position = to_bytes({fingerprint, result, {}});
    journal.write(position);
    sink.on_position(position);
  }
  return result;
}

std::string program_error(const CellRequest& request) {
  const auto compiled = Program::compile({request.scenario_path, request.defines, request.args});
  const auto* error = std::get_if<ProgramError>(&compiled);
  return error == nullptr ? "" : error->message;
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
