// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/watched_play.h"

#include <fmt/format.h>

#include <variant>

#include "harness/explore/cell.h"
#include "harness/explore/point_names.h"
#include "harness/explore/prepared_replay.h"
#include "harness/strategy/random.h"

namespace onhook {
namespace {

OrderCase sampled_order(const CompiledScenario& scenario, std::uint64_t number) {
  if (scenario.orders.empty()) return {};
  return scenario.orders[number % scenario.orders.size()];
}

}  // namespace

std::string play_watched(const PlayRequest& request, const PlayWatch& watch) {
  const Schedule& schedule = request.schedule;
  CellParts parts = parts_of(schedule, watch.judges);
  if (watch.any_object) parts.target_hash.clear();
  parts.one_more_judge = watch.one_more_judge;
  const PreparedCell prepared = prepare_cell(parts);
  if (prepared.violation) return prepared.violation->message;
  if (!prepared.fault.empty()) return prepared.fault;
  Cell& cell = *prepared.cell;
  std::string fault;
  const auto order = request.sample ? sampled_order(cell.scenario, request.sample_seed)
                                    : order_named(schedule.order, cell.scenario, fault);
  if (!order) return fault;
  auto points = points_of(schedule.points);
  if (auto* unknown = std::get_if<std::string>(&points)) return std::move(*unknown);
  Executor executor(*cell.world, cell.scenario);
  executor.set_judges(*cell.judges, *cell.findings);
  executor.set_accesses(&std::get<AccessPoints>(points), nullptr);
  if (!order->events.empty()) executor.set_order(*order);
  RandomStrategy random(request.sample_seed);
  ReplayPlan replay(schedule.choices);
  const Outcome outcome = executor.run(request.sample ? *random.next() : replay);
  const Trace& trace = cell.world->trace();
  if (outcome.harness_fault) {
    fault = "not modelled: " + outcome.ending.why;
  } else if (!request.sample) {
    fault = watch.difference(replay, outcome, trace);
  }
  CompiledScenario everything = cell.scenario;
  everything.without.clear();
  NamedFindings names(everything, cell.subject->code_map());
  watch.on_end(names, trace);
  return fault;
}

std::string in_words(const JudgedDeed& deed) {
  std::string text = fmt::format("{} {}", deed.at.thread, deed.at.what);
  if (deed.at.stack.empty()) return text + ", in no code of its own";
  const StackFrame& frame = deed.at.stack.front();
  return fmt::format("{} in {}() {}", text, frame.function, frame.place);
}

}  // namespace onhook
