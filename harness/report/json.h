// SPDX-License-Identifier: GPL-3.0-or-later
// The results of a campaign for programs; the format is described in JSON.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/report/verdict.h"

namespace onhook {

enum class CampaignEnd { finished, interrupted };

/// Pretty-printed, ending in a line end. Bytes that are no UTF-8 become U+FFFD.
std::string results_json(const std::vector<RunResult>& results, CampaignEnd end);

}  // namespace onhook
