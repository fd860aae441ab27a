// SPDX-License-Identifier: GPL-3.0-or-later
// From scenario files, targets and a ledger to the cells of a campaign.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/cli/engine.h"
#include "harness/cli/scenario_files.h"
#include "harness/report/ledger.h"

namespace onhook::cli {

struct CampaignPlan {
  std::vector<CellRequest> cells;
  std::vector<Expectation> expected;  ///< those of the ledger that the cells are to answer
};

/// The target of a scenario for which nobody names one.
inline constexpr std::string_view kDefaultTarget = "stable";

/// Every file on every target. Without targets: with a ledger, each file on the targets for which
/// the ledger expects something of it; else, and for files that the ledger does not know, on
/// kDefaultTarget. A scenario that brings its own program runs once, whatever the targets. With a
/// ledger, `expected` is what it says of these files on the targets given (on all, when none are),
/// and violations that it expects are not explained.
/// `common` holds what all cells share.
CampaignPlan plan_campaign(const std::vector<ScenarioFile>& files,
                           const std::vector<std::string>& targets,
                           const std::optional<Ledger>& ledger, const TargetAliases& aliases,
                           const CellRequest& common);

}  // namespace onhook::cli
