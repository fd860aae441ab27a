// SPDX-License-Identifier: GPL-3.0-or-later
// The door between the command line and the engine: explore one scenario on one target, or replay
// one schedule. Called in a process of its own for each cell (harness/cli/campaign.h); a return is
// not needed when the process dies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/report/progress.h"
#include "harness/report/suppressions.h"
#include "harness/report/verdict.h"
#include "harness/trace/schedule.h"

namespace onhook {

/// The plain memory accesses that are scheduling points, besides locks, atomics and the like.
enum class Points {
  racing,  ///< those that a search by partial-order reduction finds racing
  none,
  all  ///< every one that the compiler instruments
};

/// One cell of a campaign: a scenario on a target, and how hard to try.
struct CellRequest {
  std::string scenario_path;  ///< a .scn, or a C program by itself (.c)
  std::string target;         ///< a name that known_targets() gives, or an alias, "+variant" after
  std::string strategy;       ///< "" the engine's default
  std::uint64_t seed = 1;
  std::uint64_t max_executions = 0;  ///< 0: no bound
  double max_seconds = 0;            ///< 0: no bound
  std::string out_folder;        ///< where .sched files go, created when missing; "": write none
  bool stop_at_first = false;    ///< end the cell with the first violation
  std::string stop_at_law = {};  ///< of this law; "": of any
  std::vector<std::string> only_order;    ///< explore this order of events alone; empty: all
  std::vector<std::string> defines = {};  ///< of a C program: compiler arguments, "-DN=2"
  std::vector<std::string> args = {};     ///< of a C program: its own
  Points points = Points::racing;
  Shard part = {};      ///< explore this part of it; the budget is that of all parts
  bool digest = false;  ///< sum up a hash of each execution's trace
  bool views = false;   ///< count how executions look from outside (OrderResult::views)
  /// And write one execution of each look, as traces (trace_file.h), into this folder; "": none.
  std::string traces_folder = {};
  bool keep_position = false;  ///< tell the sink where the exploration stands
  /// And keep it in this file after every execution (position_journal.h), for that owner; "": not.
  std::string journal = {};
  std::string journal_owner = {};
  /// What an earlier process of this cell told its sink last, to go on from there; "": none.
  std::string position = {};
  /// How it is searched, in words; parts of one exploration have the same. For people and merging.
  std::string search = {};
  std::string judges = "default";  ///< harness/race/judges.h
  std::vector<Suppression> suppressions = {};
  /// Violations of this law ("": of any) are expected and not explained, which would take some
  /// thousand executions each.
  std::optional<std::string> unexplained_law = {};
  ExecutionBounds bounds = {};
  std::string sip = {};         ///< "fake" or "sofia", instead of what the scenario says; "": none
  std::string core_rules = {};  ///< instead of the target's own (fakes/core/core_rules.h); "": none
};

/// Never throws for what the plugin does; a scenario or target that cannot be read or built is a
/// RunResult with verdict harness_fault and `fault` as it should be printed.
RunResult run_cell(const CellRequest& request, ProgressSink& sink);

/// Compiles the C program of a request: "" or, in one or more lines, the compiler's message.
std::string program_error(const CellRequest& request);

struct ReplayResult {
  Trace trace;                        ///< up to the divergence, when there is one
  std::vector<Violation> violations;  ///< empty: no law broke
  bool identical = false;  ///< same choices were asked for and the trace's hash is the schedule's
  std::string divergence;  ///< "" or the first step that differs: what was expected, what came
  std::string fault;       ///< "" or why nothing could be replayed (no such target, ...)
};

enum class Explaining { no, yes };

/// Plays a schedule once, in this process. Explaining a violation takes some thousand executions.
ReplayResult replay_schedule(const Schedule& schedule, Explaining explaining = Explaining::no);

/// A plugin that onhook can test.
struct TargetInfo {
  std::string name;                  ///< "v1.4.1"
  std::vector<std::string> aliases;  ///< "stable", "newest"
  std::string revision;              ///< commit or version, "" unknown
  std::string state;                 ///< "built", "not built", ...: for people
};

/// What `onhook targets` lists, and what aliases of a ledger stand for.
std::vector<TargetInfo> known_targets();

}  // namespace onhook
