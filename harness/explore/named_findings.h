// SPDX-License-Identifier: GPL-3.0-or-later
// What judges found, as violations with names: functions, lines, fields, locks. Merges reports of
// one root cause and leaves out what the scenario does not ask for (`without RACE because "..."`).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/host/code_map.h"
#include "harness/race/finding.h"
#include "harness/report/verdict.h"
#include "harness/scenario/compiled.h"

namespace onhook {

class NamedFindings {
 public:
  /// Both outlive it.
  NamedFindings(const CompiledScenario& scenario, const CodeMap& map)
      : scenario_(scenario), map_(map) {}

  /// The violations that one execution's findings are, each cause once. `trace`: of the execution.
  std::vector<Violation> violations(const std::vector<Finding>& findings, const Trace& trace);

 private:
  /// What stays the same for all findings with the same places and object.
  struct Known {
    std::string cause;
    bool wanted = true;
  };
  const Known& look_up(const Finding& finding);
  std::string cause_of(const Finding& finding) const;
  Violation violation_of(const Finding& finding, const std::string& cause,
                         const Trace& trace) const;
  JudgedDeed named(const Deed& deed) const;
  std::vector<StackFrame> named(const std::vector<std::uintptr_t>& stack) const;
  std::string object_of(const Finding& finding) const;
  std::string lock_name(ObjectId lock) const;

  const CompiledScenario& scenario_;
  const CodeMap& map_;
  std::map<std::vector<std::uintptr_t>, Known> known_;
};

}  // namespace onhook
