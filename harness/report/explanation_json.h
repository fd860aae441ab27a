// SPDX-License-Identifier: GPL-3.0-or-later
// An explanation as JSON: the same fields between processes (wire.h) and in the results (JSON.md).
// For the .cc files of this folder.
#pragma once

#include <nlohmann/json.hpp>

#include "harness/report/explanation.h"

namespace onhook {

/// {"critical_step": {...} or null, "critical_pair": {...} or null, "remarks": [...]}.
nlohmann::json explanation_to_json(const Explanation& explanation);
/// Throws what nlohmann::json throws when a field is missing or of the wrong type.
Explanation explanation_from_json(const nlohmann::json& json);

nlohmann::json step_to_json(const ExplainedStep& step);
ExplainedStep step_from_json(const nlohmann::json& json);

}  // namespace onhook
