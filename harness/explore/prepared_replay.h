// SPDX-License-Identifier: GPL-3.0-or-later
// A schedule with everything that playing it needs: made once a process, played any number of
// times.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/explore/cell.h"
#include "harness/explore/execution.h"
#include "harness/explore/run_cell.h"
#include "harness/sched/access_points.h"

namespace onhook {

class ReplayPlan;

class PreparedReplay {
 public:
  explicit PreparedReplay(const Schedule& schedule);

  /// "" or why it cannot be played (no such target, ...).
  const std::string& fault() const { return fault_; }
  /// One execution from the snapshot, compared with the schedule.
  ReplayResult play(Explaining explaining = Explaining::no);
  /// How the last one ended.
  const Ending& ending() const { return ending_; }

  const Cell& cell() const { return *cell_; }
  Executor& executor() { return *executor_; }

 private:
  const Schedule schedule_;
  std::unique_ptr<Cell> cell_;
  std::optional<Executor> executor_;
  AccessPoints points_;
  Ending ending_;
  std::string fault_;
};

/// The cell that a schedule was found in, watched by these judges (CellParts::judges).
CellParts parts_of(const Schedule& schedule, std::string judges);

/// "" or how an execution came off the choices that it was to follow.
std::string divergence_of(const Schedule& schedule, const ReplayPlan& plan, const Outcome& outcome);

/// The order of events that is named so; without a value, `error` says which event is unknown.
std::optional<OrderCase> order_named(const std::vector<std::string>& events,
                                     const CompiledScenario& scenario, std::string& error);

}  // namespace onhook
