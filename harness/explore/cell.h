// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that one scenario on one target needs to run, in the order in which it is made.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/explore/named_findings.h"
#include "harness/host/subject.h"
#include "harness/host/target.h"
#include "harness/host/world.h"
#include "harness/race/judges.h"
#include "harness/report/verdict.h"
#include "harness/scenario/compiled.h"
#include "harness/trace/schedule.h"

namespace onhook {

struct Cell {
  CompiledScenario scenario;
  std::optional<Target> target;  ///< none: a C program
  std::unique_ptr<TestSubject> subject;
  std::unique_ptr<Judges> judges;
  std::unique_ptr<NamedFindings> findings;
  std::unique_ptr<World> world;  ///< prepared
};

/// What a cell is made of.
struct CellParts {
  std::string scenario_path;  ///< a .scn, or a C program by itself
  std::vector<std::string> defines;
  std::vector<std::string> args;
  std::string target_name;
  std::string target_hash;  ///< "" any
  std::uint64_t seed = 1;
  std::string judges = std::string(kDefaultJudges);  ///< "all", "none" or names with commas between
  ExecutionBounds bounds = {};
  /// Makes one more judge; may be empty.
  std::function<std::unique_ptr<Judge>(Scene&)> one_more_judge = {};
  std::string core_rules = {};  ///< instead of the target's own, in whole or in part
  std::string sip = {};         ///< SIP stack instead of the scenario's own: "fake", "sofia"
  /// Where a process that runs code of somebody's revision may still write (confinement.h), and the
  /// processor time that it may take.
  std::vector<std::string> writable = {};
  std::uint64_t cpu_seconds = 3600;
};

/// The cell, ready to explore; or what was wrong, as a fault or as a violation of the set-up.
struct PreparedCell {
  std::unique_ptr<Cell> cell;
  std::string fault;
  std::optional<Violation> violation;
};

/// Once a process: what the plugin did to itself in one world is not undone for the next.
PreparedCell prepare_cell(const CellParts& parts);

}  // namespace onhook
