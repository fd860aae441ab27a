// SPDX-License-Identifier: GPL-3.0-or-later
// What the command line asks of the engine, as values: main.cc passes the real functions of
// harness/explore/run_cell.h, tests pass their own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/explore/generalise.h"
#include "harness/explore/run_cell.h"
#include "harness/report/ledger.h"

namespace onhook::cli {

using CellRunner = std::function<RunResult(const CellRequest&, ProgressSink&)>;

struct Engine {
  CellRunner run_cell;
  std::function<ReplayResult(const Schedule&)> replay;
  std::function<std::vector<TargetInfo>()> targets;
  /// What "stable" and the like stand for now; asked again when targets may have been built.
  std::function<TargetAliases()> aliases;
  /// Sees to it that a target is built: "" or, in one or more lines, why it is not.
  std::function<std::string(const std::string&)> prepare_target;
  /// A cell has just run on this target, so what is built of it is up to date.
  std::function<void(const std::string&)> was_built = {};
  /// The same as replay, and says why the law breaks; without it nothing is explained.
  std::function<ReplayResult(const Schedule&)> replay_explained = {};
  std::function<Generalised(const GeneraliseRequest&)> generalise = {};
  /// Compiles a request's C program: "" or the compiler's message.
  std::function<std::string(const CellRequest&)> program_error = {};
  /// Can a search with this chain of strategies be cut inside an order of events? Null: no.
  std::function<bool(const std::string&)> can_be_cut = {};
  /// The same as replay, in a process that a debugger has started.
  std::function<ReplayResult(const Schedule&)> debug_replay = {};
};

}  // namespace onhook::cli
