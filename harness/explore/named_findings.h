// SPDX-License-Identifier: GPL-3.0-or-later
// What judges found, as violations with names: functions, lines, fields, locks. Merges reports of
// one root cause and leaves out what the scenario does not ask for (`without RACE because "..."`)
// and what is suppressed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/host/code_map.h"
#include "harness/host/heap_types.h"
#include "harness/race/finding.h"
#include "harness/report/suppressions.h"
#include "harness/report/verdict.h"
#include "harness/scenario/compiled.h"

namespace onhook {

class NamedFindings {
 public:
  /// Both outlive it.
  NamedFindings(const CompiledScenario& scenario, const CodeMap& map)
      : scenario_(scenario), map_(map) {}

  void set_suppressions(std::vector<Suppression> suppressions);
  /// How many causes each of them fitted.
  const std::vector<std::uint64_t>& suppressed() const { return suppressed_; }

  /// The violations that one execution's findings are, each cause once. `trace`: of the execution.
  std::vector<Violation> violations(const std::vector<Finding>& findings, const Trace& trace);

  /// What a finding is about: a name that outlives a revision, and where in it.
  struct Object {
    std::string name;    ///< "session->media.has_audio", "counter", "block of make_samples"
    std::string detail;  ///< "struct media, byte 4 of 12", or ""
  };
  Object object_of(const Finding& finding);
  JudgedDeed named(const Deed& deed) const;
  std::string lock_name(ObjectId lock) const;

 private:
  /// What stays the same for all findings with the same places and object.
  struct Known {
    std::string cause;
    bool wanted = true;
  };
  const Known& look_up(const Finding& finding);
  bool is_suppressed(const Finding& finding);
  std::vector<std::string> innermost_of(const Finding& finding);
  std::string cause_of(const Finding& finding);
  Violation violation_of(const Finding& finding, const std::string& cause, const Trace& trace);
  std::vector<StackFrame> named(const std::vector<std::uintptr_t>& stack) const;
  std::string innermost(const Deed& deed) const;
  Object object_in(const Block& block, const Finding& finding);
  Object whole_block(const Block& block, const Finding& finding);
  static std::vector<const Deed*> causes(const Finding& finding);
  const HeapTypes& types(const std::vector<std::uintptr_t>& somewhere);

  const CompiledScenario& scenario_;
  const CodeMap& map_;
  std::optional<HeapTypes> types_;  ///< read when first asked for
  std::vector<Suppression> suppressions_;
  std::vector<std::uint64_t> suppressed_;
  std::map<std::vector<std::uintptr_t>, Known> known_;
};

}  // namespace onhook
