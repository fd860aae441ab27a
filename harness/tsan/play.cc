// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/tsan/play.h"

#include <fmt/format.h>

#include <memory>
#include <variant>

#include "harness/base/text_of_child.h"
#include "harness/explore/cell.h"
#include "harness/explore/execution.h"
#include "harness/explore/point_names.h"
#include "harness/explore/prepared_replay.h"
#include "harness/host/world_memory.h"
#include "harness/strategy/random.h"
#include "harness/strategy/replay.h"
#include "harness/tsan/libtsan_judge.h"
#include "harness/tsan/runtime.h"

namespace onhook {
namespace {

std::string in_words(const JudgedDeed& deed) {
  std::string text = fmt::format("{} {}", deed.at.thread, deed.at.what);
  if (deed.at.stack.empty()) return text + ", in no code of its own";
  const StackFrame& frame = deed.at.stack.front();
  return fmt::format("{} in {}() {}", text, frame.function, frame.place);
}

NamedRace named(const ComparedRace& race, NamedFindings& names, const Trace& trace) {
  NamedRace out;
  out.difference = difference_of(race);
  Finding finding = race.ours ? *race.ours : *race.libtsans;
  const std::vector<Violation> violations = names.violations({finding}, trace);
  if (violations.empty()) return out;
  const Judgement& judgement = *violations.front().judgement;
  out.cause = judgement.cause;
  out.object = judgement.object;
  out.earlier = in_words(judgement.deeds.at(0));
  out.later = in_words(judgement.deeds.at(1));
  return out;
}

/// "" or how this execution is not the schedule's.
std::string difference_from(const Schedule& schedule, const ReplayPlan& plan,
                            const Outcome& outcome, const Trace& trace) {
  if (std::string off = divergence_of(schedule, plan, outcome); !off.empty()) return off;
  if (hash_of(trace) != schedule.trace_hash) return "the same choices led to another trace";
  return "";
}

OrderCase sampled_order(const CompiledScenario& scenario, std::uint64_t number) {
  if (scenario.orders.empty()) return {};
  return scenario.orders[number % scenario.orders.size()];
}

/// In the process that is made for it.
PlayResult play_here(const PlayRequest& request) {
  PlayResult result;
  const Schedule& schedule = request.schedule;
  libtsan::begin_forked();
  WorldMemory::use_stacks_once();
  LibtsanJudge* judge = nullptr;
  CellParts parts = parts_of(schedule, judges_of(schedule.law));
  parts.one_more_judge = [&](Scene& scene) {
    auto made = std::make_unique<LibtsanJudge>(scene);
    judge = made.get();
    return made;
  };
  PreparedCell prepared = prepare_cell(parts);
  result.fault = prepared.violation ? prepared.violation->message : prepared.fault;
  if (!result.fault.empty()) return result;
  Cell& cell = *prepared.cell;
  auto points = points_of(schedule.points);
  if (const auto* unknown = std::get_if<std::string>(&points)) return {{}, *unknown};
  const auto order = request.sample ? sampled_order(cell.scenario, request.sample_seed)
                                    : order_named(schedule.order, cell.scenario, result.fault);
  if (!order) return result;
  Executor executor(*cell.world, cell.scenario);
  executor.set_judges(*cell.judges, *cell.findings);
  executor.set_accesses(&std::get<AccessPoints>(points), nullptr);
  if (!order->events.empty()) executor.set_order(*order);
  RandomStrategy random(request.sample_seed);
  ReplayPlan replay(schedule.choices);
  const Outcome outcome = executor.run(request.sample ? *random.next() : replay);
  if (outcome.harness_fault) result.fault = "not modelled: " + outcome.ending.why;
  if (!request.sample && result.fault.empty()) {
    result.fault = difference_from(schedule, replay, outcome, cell.world->trace());
  }
  // Named here by what they are, wanted by the scenario or not.
  CompiledScenario everything = cell.scenario;
  everything.without.clear();
  NamedFindings names(everything, cell.subject->code_map());
  for (const ComparedRace& race : judge->races()) {
    result.races.push_back(named(race, names, cell.world->trace()));
  }
  return result;
}

}  // namespace

PlayResult play(const PlayRequest& request) {
  const ChildLines child = lines_of_child([&] {
    const PlayResult played = play_here(request);
    ChildLines out{{}, played.fault};
    for (const NamedRace& race : played.races) out.lines.push_back(to_line(race));
    return out;
  });
  PlayResult result{{}, child.fault};
  for (const std::string& line : child.lines) result.races.push_back(race_of_line(line));
  return result;
}

}  // namespace onhook
