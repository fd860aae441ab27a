// SPDX-License-Identifier: GPL-3.0-or-later
// What is right in a scenario and yet hardly meant: it compiles, but part of it can never matter.
// A scenario that proves nothing is green, so these are found before it runs.
#pragma once

#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/scenario/compiled.h"

namespace onhook {

/// Warnings about a scenario that compiled, in the order of its lines. `text` is its source.
///
/// - a browser or a thread that nothing mentions;
/// - `never dtls_alert(A)` where A never goes away, so that no alert could come;
/// - no summary.
std::vector<Diagnostic> lint(const CompiledScenario& scenario, const std::string& text);

}  // namespace onhook
