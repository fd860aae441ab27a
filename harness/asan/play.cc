// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/asan/play.h"

#include <memory>

#include "harness/asan/comparing_judge.h"
#include "harness/base/text_of_child.h"
#include "harness/explore/prepared_replay.h"
#include "harness/host/world_memory.h"
#include "harness/race/judges.h"

namespace onhook {
namespace {

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

/// In the process that is made for it.
PlayResult play_here(const PlayRequest& request, RuntimeText text) {
  const Schedule& schedule = request.schedule;
  PlayResult result;
  result.fault = refusal_of(schedule);
  if (!result.fault.empty()) return result;
  AsanJudge::set_output(text == RuntimeText::shown);
  WorldMemory::use_stacks_once();
  ComparingJudge* judge = nullptr;
  PlayWatch watch;
  // Ours of memory is the one that is compared; others may have ended the schedule early.
  watch.judges = judges_of(schedule.law);
  if (watch.judges == "memory") watch.judges = "none";
  watch.any_object = true;
  watch.one_more_judge = [&](Scene& scene) {
    auto made = std::make_unique<ComparingJudge>(scene);
    judge = made.get();
    return made;
  };
  watch.difference = [&](const ReplayPlan& plan, const Outcome& outcome, const Trace&) {
    return difference_from(schedule, plan, outcome);
  };
  watch.on_end = [&](NamedFindings& names, const Trace& trace) {
    for (const ComparedError& error : judge->errors()) {
      result.errors.push_back(named(error, names, trace));
    }
  };
  result.fault = play_watched(request, watch);
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

PlayResult play_compared(const PlayRequest& request, RuntimeText text) {
  const ChildLines child = lines_of_child([&] {
    const PlayResult played = play_here(request, text);
    ChildLines out{{}, played.fault};
    for (const NamedError& error : played.errors) out.lines.push_back(to_line(error));
    return out;
  });
  PlayResult result{{}, child.fault};
  for (const std::string& line : child.lines) result.errors.push_back(error_of_line(line));
  return result;
}

}  // namespace onhook
