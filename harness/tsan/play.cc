// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/tsan/play.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <variant>

#include "harness/base/check.h"
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

void write_all(int fd, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = ::write(fd, text.data() + at, text.size() - at);
    if (n <= 0) ::_exit(1);
    at += static_cast<std::size_t>(n);
  }
}

constexpr std::string_view kEnd = "end\t";

}  // namespace

PlayResult play(const PlayRequest& request) {
  int ends[2];
  ONHOOK_CHECK(::pipe(ends) == 0, "no pipe");
  std::fflush(nullptr);
  const pid_t child = ::fork();
  ONHOOK_CHECK(child >= 0, "no process");
  if (child == 0) {
    ::close(ends[0]);
    const PlayResult result = play_here(request);
    std::string text;
    for (const NamedRace& race : result.races) text += to_line(race) + '\n';
    std::string fault = result.fault;
    for (char& c : fault) {
      if (c == '\n') c = ' ';
    }
    write_all(ends[1], text + std::string(kEnd) + fault + '\n');
    ::_exit(0);
  }
  ::close(ends[1]);
  PlayResult result;
  bool ended = false;
  std::FILE* in = ::fdopen(ends[0], "r");
  char* line = nullptr;
  std::size_t room = 0;
  for (ssize_t n = 0; (n = ::getline(&line, &room, in)) > 0;) {
    const std::string_view text(line, static_cast<std::size_t>(n - 1));
    if (text.starts_with(kEnd)) {
      result.fault = text.substr(kEnd.size());
      ended = true;
    } else {
      result.races.push_back(race_of_line(text));
    }
  }
  std::free(line);
  std::fclose(in);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!ended) {
    result.fault = WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                                       : fmt::format("exit code {}", WEXITSTATUS(status));
    result.fault = "the process that played it ended early: " + result.fault;
  }
  return result;
}

}  // namespace onhook
