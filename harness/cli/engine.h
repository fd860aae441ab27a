// SPDX-License-Identifier: GPL-3.0-or-later
// What the command line asks of the engine, as values: main.cc passes the real functions of
// harness/explore/run_cell.h, tests pass their own.
#pragma once

#include <functional>
#include <vector>

#include "harness/explore/run_cell.h"

namespace onhook::cli {

using CellRunner = std::function<RunResult(const CellRequest&, ProgressSink&)>;

struct Engine {
  CellRunner run_cell;
  std::function<ReplayResult(const Schedule&)> replay;
  std::function<std::vector<TargetInfo>()> targets;
};

}  // namespace onhook::cli
