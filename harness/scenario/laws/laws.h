// SPDX-License-Identifier: GPL-3.0-or-later
// The general laws that are about the trace: they hold in every scenario about the plugin unless it
// says `without LAW because "..."`. Those about memory, locks and the like are judges
// (harness/race/judge.h); names.h lists all.
//
// The engine asks judge() once an execution; it costs about what the scenario's own laws do
// (harness/scenario/monitors.h), because a deed is shown only to the laws that asked for its kind.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "harness/scenario/compiled.h"
#include "harness/scenario/laws/law.h"
#include "harness/scenario/monitors.h"

namespace onhook {

namespace laws {

struct LawKind {
  std::string_view name;  ///< as in names::general_laws()
  std::unique_ptr<Monitor> (*make)();
};
std::span<const LawKind> kinds();

}  // namespace laws

class GeneralLaws {
 public:
  /// All of laws::kinds() but those that the scenario is without; none for a program. Keeps a copy
  /// of what it needs.
  explicit GeneralLaws(const CompiledScenario& scenario);

  /// The laws that this trace breaks, each once, in the order of the facts at which it became
  /// certain. Laws that speak of the end are judged only if the trace has come to rest.
  std::vector<LawViolation> judge(const Trace& trace);

 private:
  struct Law {
    std::string_view name;
    std::unique_ptr<laws::Monitor> monitor;
    bool told = false;
  };
  void collect(std::size_t fact, std::vector<LawViolation>& into);

  laws::Story story_;
  std::vector<Law> laws_;
  std::vector<std::vector<Law*>> by_kind_;
};

}  // namespace onhook
