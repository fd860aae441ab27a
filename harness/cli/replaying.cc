// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/replaying.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/output_only.h"
#include "harness/report/ladder.h"

namespace onhook::cli {
namespace {

// A replay travels from its process as the RunResult of a cell. Its trace is the first "violation",
// of a law with no name, which no scenario can have.
RunResult packed(const ReplayResult& replay, const CellRequest& cell) {
  RunResult out;
  out.scenario = cell.scenario_path;
  out.target = cell.target;
  out.verdict = replay.violations.empty() ? Verdict::holds : Verdict::violated;
  out.complete = replay.identical;
  out.bound = replay.divergence;
  out.fault = replay.fault;
  Violation whole;
  whole.trace = replay.trace;
  out.violations.push_back(std::move(whole));
  out.violations.insert(out.violations.end(), replay.violations.begin(), replay.violations.end());
  return out;
}

ReplayResult unpacked(const RunResult& result) {
  ReplayResult out;
  out.identical = result.complete;
  out.fault = result.fault;
  out.violations = result.violations;
  if (!out.violations.empty() && out.violations.front().law.empty()) {
    out.trace = std::move(out.violations.front().trace);
    out.violations.erase(out.violations.begin());
    out.divergence = result.bound;
  }
  return out;
}

std::string laws_of(const ReplayResult& run) {
  std::string laws;
  for (const Violation& v : run.violations) laws += (laws.empty() ? "" : "; ") + v.law;
  return laws.empty() ? "none" : laws;
}

}  // namespace

std::string Replays::complaint(const Schedule& schedule) const {
  if (runs.empty()) return "nothing was replayed";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const ReplayResult& run = runs[i];
    const std::string which = runs.size() == 1 ? "" : fmt::format("replay {}: ", i + 1);
    if (!run.fault.empty()) return which + run.fault;
    const auto broke = [&](const Violation& v) { return v.law == schedule.law; };
    const bool right_law = !schedule.law.empty()
                               ? std::any_of(run.violations.begin(), run.violations.end(), broke)
                               : run.violations.empty() || !schedule.shows.empty();
    // A crash leaves no trace to compare; the law that the schedule names is all there is.
    const bool crashed = schedule.law == "crash" && right_law;
    if (!run.divergence.empty()) return fmt::format("{}it diverged: {}", which, run.divergence);
    if (!run.identical && !crashed) {
      return fmt::format("{}the trace differs from the schedule's ({} instead of {})", which,
                         hash_of(run.trace), schedule.trace_hash);
    }
    if (!right_law) {
      return fmt::format("{}violated: {}; the schedule says: {}", which, laws_of(run),
                         schedule.law.empty() ? "none" : schedule.law);
    }
    if (to_text(run.trace) != to_text(runs.front().trace)) {
      return fmt::format("{}its trace differs from that of replay 1", which);
    }
  }
  return "";
}

Replays replay_times(const Schedule& schedule, int times, const Engine& engine, Console& console) {
  CellRequest cell;
  cell.scenario_path = schedule.scenario;
  cell.target = schedule.target;
  const CellRunner run = [&](const CellRequest& request, ProgressSink& sink) {
    sink.on_progress({Phase::exploring, 0, ""});
    return packed(engine.replay(schedule), request);
  };
  OutputOnly observer(console);
  console.out.flush();
  console.err.flush();
  const CampaignResult campaign = run_campaign(
      std::vector<CellRequest>(static_cast<std::size_t>(times), cell), run, {}, observer);
  Replays out;
  out.interrupted = campaign.end == CampaignEnd::interrupted;
  for (const RunResult& result : campaign.results) {
    if (!out.interrupted || result.bound != "interrupted") out.runs.push_back(unpacked(result));
  }
  return out;
}

Replays replay_explained(const Schedule& schedule, const Engine& engine, Console& console) {
  Engine explaining = engine;
  if (engine.replay_explained) explaining.replay = engine.replay_explained;
  return replay_times(schedule, 1, explaining, console);
}

std::string report_of(const ReplayResult& run, const Schedule& schedule, const std::string& path,
                      const Style& style, bool everything) {
  LadderOptions ladder;
  ladder.style = style;
  if (everything) ladder.detail = Detail::everything;
  RunResult result;
  result.scenario = schedule.scenario;
  result.target = schedule.target;
  if (!run.violations.empty()) {
    const auto broke = [&](const Violation& v) { return v.law == schedule.law; };
    auto it = std::find_if(run.violations.begin(), run.violations.end(), broke);
    if (it == run.violations.end()) it = run.violations.begin();
    Violation violation = *it;
    if (violation.trace.facts.empty()) violation.trace = run.trace;
    return violation_report(result, violation, path, ladder);
  }
  return painted(style, Paint::bold,
                 fmt::format("{} on {}: no law violated", schedule.scenario, schedule.target)) +
         "\n\n" + ladder_of(run.trace, std::nullopt, ladder) + '\n' + replay_command(path) + '\n';
}

}  // namespace onhook::cli
