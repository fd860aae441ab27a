// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/tsan/play.h"

#include <memory>

#include "harness/base/text_of_child.h"
#include "harness/explore/prepared_replay.h"
#include "harness/host/world_memory.h"
#include "harness/race/judges.h"
#include "harness/tsan/libtsan_judge.h"
#include "harness/tsan/runtime.h"

namespace onhook {
namespace {

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

/// In the process that is made for it.
PlayResult play_here(const PlayRequest& request) {
  const Schedule& schedule = request.schedule;
  PlayResult result;
  libtsan::begin_forked();
  WorldMemory::use_stacks_once();
  LibtsanJudge* judge = nullptr;
  PlayWatch watch;
  watch.judges = judges_of(schedule.law);
  watch.one_more_judge = [&](Scene& scene) {
    auto made = std::make_unique<LibtsanJudge>(scene);
    judge = made.get();
    return made;
  };
  watch.difference = [&](const ReplayPlan& plan, const Outcome& outcome, const Trace& trace) {
    return difference_from(schedule, plan, outcome, trace);
  };
  watch.on_end = [&](NamedFindings& names, const Trace& trace) {
    for (const ComparedRace& race : judge->races()) {
      result.races.push_back(named(race, names, trace));
    }
  };
  result.fault = play_watched(request, watch);
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
