// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/asan/play.h"

#include <fmt/format.h>

#include <memory>

#include "harness/asan/comparing_judge.h"
#include "harness/base/text_of_child.h"
#include "harness/explore/cell.h"
#include "harness/explore/prepared_replay.h"
#include "harness/host/world_memory.h"
#include "harness/strategy/random.h"

namespace onhook {
namespace {

std::string in_words(const JudgedDeed& deed) {
  std::string text = fmt::format("{} {}", deed.at.thread, deed.at.what);
  if (deed.at.stack.empty()) return text + ", in no code of its own";
  const StackFrame& frame = deed.at.stack.front();
  return fmt::format("{} in {}() {}", text, frame.function, frame.place);
}

NamedError named(const ComparedError& error, NamedFindings& names, const Trace& trace) {
  NamedError out;
  out.agreement = agreement_of(error);
  out.cause = word_of(error.misuse);
  const Finding finding = error.ours ? *error.ours : *error.asans;
  const std::vector<Violation> violations = names.violations({finding}, trace);
  if (violations.empty() || !violations.front().judgement) return out;
  const Judgement& judgement = *violations.front().judgement;
  const JudgedDeed& deed = judgement.deeds.back();
  if (!deed.at.stack.empty()) out.cause += " in " + deed.at.stack.front().function;
  out.deed = in_words(deed);
  out.object = judgement.object;
  if (judgement.allocated) out.allocated = in_words(*judgement.allocated);
  if (judgement.freed) out.freed = in_words(*judgement.freed);
  return out;
}

OrderCase sampled_order(const CompiledScenario& scenario, std::uint64_t number) {
  if (scenario.orders.empty()) return {};
  return scenario.orders[number % scenario.orders.size()];
}

/// In the process that is made for it.
PlayResult play_here(const PlayRequest& request) {
  PlayResult result;
  const Schedule& schedule = request.schedule;
  result.fault = refusal_of(schedule);
  if (!result.fault.empty()) return result;
  AsanJudge::set_output(request.text);
  WorldMemory::use_stacks_once();
  ComparingJudge* judge = nullptr;
  // Ours of memory is the one that is compared; others may have ended the schedule early.
  const std::string others = judges_of(schedule.law);
  CellParts parts = parts_of(schedule, others == "memory" ? "none" : others);
  parts.target_hash.clear();  // the code is compiled in another way
  parts.one_more_judge = [&](Scene& scene) {
    auto made = std::make_unique<ComparingJudge>(scene);
    judge = made.get();
    return made;
  };
  PreparedCell prepared = prepare_cell(parts);
  result.fault = prepared.violation ? prepared.violation->message : prepared.fault;
  if (!result.fault.empty()) return result;
  Cell& cell = *prepared.cell;
  const auto order = request.sample ? sampled_order(cell.scenario, request.sample_seed)
                                    : order_named(schedule.order, cell.scenario, result.fault);
  if (!order) return result;
  Executor executor(*cell.world, cell.scenario);
  executor.set_judges(*cell.judges, *cell.findings);
  if (!order->events.empty()) executor.set_order(*order);
  RandomStrategy random(request.sample_seed);
  ReplayPlan replay(schedule.choices);
  const Outcome outcome = executor.run(request.sample ? *random.next() : replay);
  if (outcome.harness_fault) result.fault = "not modelled: " + outcome.ending.why;
  if (!request.sample && result.fault.empty()) {
    result.fault = difference_from(schedule, replay, outcome);
  }
  // Named here by what they are, wanted by the scenario or not.
  CompiledScenario everything = cell.scenario;
  everything.without.clear();
  NamedFindings names(everything, cell.subject->code_map());
  for (const ComparedError& error : judge->errors()) {
    result.errors.push_back(named(error, names, cell.world->trace()));
  }
  return result;
}

}  // namespace

std::string refusal_of(const Schedule& schedule) {
  return schedule.points.empty() ? ""
                                 : "the schedule has plain accesses as steps, by their places in "
                                   "another object";
}

std::string difference_from(const Schedule& schedule, const ReplayPlan& plan,
                            const Outcome& outcome) {
  if (outcome.ending.end == End::judged) return plan.divergence();
  return divergence_of(schedule, plan, outcome);
}

PlayResult play_compared(const PlayRequest& request) {
  const ChildLines child = lines_of_child([&] {
    const PlayResult played = play_here(request);
    ChildLines out{{}, played.fault};
    for (const NamedError& error : played.errors) out.lines.push_back(to_line(error));
    return out;
  });
  PlayResult result{{}, child.fault};
  for (const std::string& line : child.lines) result.errors.push_back(error_of_line(line));
  return result;
}

}  // namespace onhook
