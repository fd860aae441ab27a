// SPDX-License-Identifier: GPL-3.0-or-later
// The two kinds of subject, for make_subject() alone.
#pragma once

#include "harness/host/subject.h"

namespace onhook {

SubjectResult make_program_subject(const CompiledScenario& scenario);
SubjectResult make_sip_subject(const CompiledScenario& scenario, const Target& target);

}  // namespace onhook
