// SPDX-License-Identifier: GPL-3.0-or-later
// From scenario files, targets and a ledger to the cells of a campaign.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/cli/engine.h"
#include "harness/report/ledger.h"

namespace onhook::cli {

struct CampaignPlan {
  std::vector<CellRequest> cells;
  std::vector<Expectation> expected;  ///< those of the ledger that the cells are to answer
};

/// "stable" -> "v1.4.1", from what the engine knows.
TargetAliases aliases_of(const std::vector<TargetInfo>& targets);

/// Every file on every target. Without targets: with a ledger, each file on the targets for which
/// the ledger expects something of it; else, and for files that the ledger does not know, "stable",
/// or the only target there is. With a ledger, `expected` is what it says of these files on the
/// given targets (on all, when none are given). `common` holds what all cells share.
///
/// An error: a target that is not known, or none given and none to choose.
std::variant<CampaignPlan, Diagnostic> plan_campaign(const std::vector<std::string>& files,
                                                     const std::vector<std::string>& targets,
                                                     const std::optional<Ledger>& ledger,
                                                     const std::vector<TargetInfo>& known,
                                                     const CellRequest& common);

}  // namespace onhook::cli
