// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/subject.h"

#include "harness/host/subject_kinds.h"

namespace onhook {

SubjectResult make_subject(const CompiledScenario& scenario, const Target* target) {
  if (scenario.program) return make_program_subject(scenario);
  if (target == nullptr) return "a scenario with actors needs a target";
  return make_sip_subject(scenario, *target);
}

}  // namespace onhook
