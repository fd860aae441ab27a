// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/prepared_replay.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/explore/explain_violation.h"
#include "harness/explore/lock_recorder.h"
#include "harness/explore/point_names.h"
#include "harness/strategy/replay.h"

namespace onhook {

CellParts parts_of(const Schedule& schedule, std::string judges) {
  CellParts parts{schedule.scenario,    schedule.defines, schedule.args,     schedule.target,
                  schedule.target_hash, schedule.seed,    std::move(judges), schedule.bounds};
  parts.core_rules = schedule.core_rules;
  parts.sip = schedule.sip;
  return parts;
}

std::string divergence_of(const Schedule& schedule, const ReplayPlan& plan,
                          const Outcome& outcome) {
  if (!plan.divergence().empty() || plan.followed()) return plan.divergence();
  return fmt::format("the run ended after {} of {} choices: {}", plan.position(),
                     schedule.choices.size(), to_string(outcome.ending.end));
}

std::optional<OrderCase> order_named(const std::vector<std::string>& events,
                                     const CompiledScenario& scenario, std::string& error) {
  OrderCase order;
  for (const std::string& name : events) {
    const auto it = std::ranges::find(scenario.events, name, &EventPattern::name);
    if (it == scenario.events.end()) {
      error = fmt::format("the scenario has no event '{}'", name);
      return std::nullopt;
    }
    order.events.push_back(static_cast<std::size_t>(it - scenario.events.begin()));
    order.text += (order.text.empty() ? "" : " < ") + name;
  }
  return order;
}

PreparedReplay::PreparedReplay(const Schedule& schedule) : schedule_(schedule) {
  PreparedCell prepared = prepare_cell(
      parts_of(schedule, schedule.shows.empty() ? judges_of(schedule.law) : judges_of("LOCK")));
  if (!prepared.fault.empty() || prepared.violation) {
    fault_ = prepared.violation ? prepared.violation->message : prepared.fault;
    return;
  }
  cell_ = std::move(prepared.cell);
  const auto order = order_named(schedule.order, cell_->scenario, fault_);
  if (!order) return;
  auto points = points_of(schedule.points);
  if (const auto* unknown = std::get_if<std::string>(&points)) {
    fault_ = *unknown;
    return;
  }
  points_ = std::move(std::get<AccessPoints>(points));
  executor_.emplace(*cell_->world, cell_->scenario);
  executor_->set_judges(*cell_->judges, *cell_->findings);
  executor_->set_accesses(&points_, nullptr);
  if (!schedule.order.empty()) executor_->set_order(*order);
}

ReplayResult PreparedReplay::play(Explaining explaining) {
  ReplayResult result;
  result.fault = fault_;
  if (!fault_.empty()) return result;
  ReplayPlan plan(schedule_.choices);
  const Outcome outcome = executor_->run(plan);
  ending_ = outcome.ending;
  result.trace = cell_->world->trace();
  if (outcome.violation) {
    result.violations.push_back(*outcome.violation);
    result.violations.back().trace = result.trace;
  }
  if (outcome.violation && explaining == Explaining::yes) {
    result.violations.back().explanation =
        explain_violation(*executor_, cell_->subject->code_map(), outcome);
  }
  for (const Violation& finding : outcome.findings) {
    result.violations.push_back(finding);
    result.violations.back().trace = result.trace;
  }
  if (outcome.harness_fault) result.fault = "not modelled: " + outcome.ending.why;
  result.divergence = divergence_of(schedule_, plan, outcome);
  const bool same_trace =
      schedule_.trace_hash.empty() || hash_of(result.trace) == schedule_.trace_hash;
  if (result.divergence.empty() && !same_trace)
    result.divergence = "the same choices led to another trace";
  if (!result.divergence.empty() && schedule_.target_hash != cell_->subject->object_hash())
    result.divergence += " (the plugin is not the one that the schedule was written for)";
  if (result.divergence.empty() && !schedule_.shows.empty()) {
    LockRecord none;
    const LockRecorder locks(*cell_->judges->lock_judge(), *cell_->findings, none);
    const std::vector<std::string> shown = locks.shown();
    if (std::ranges::find(shown, schedule_.shows) == shown.end()) {
      result.divergence = fmt::format("it does not show {}", schedule_.shows);
    }
  }
  result.identical = result.divergence.empty();
  return result;
}

ReplayResult replay_schedule(const Schedule& schedule, Explaining explaining) {
  return PreparedReplay(schedule).play(explaining);
}

}  // namespace onhook
