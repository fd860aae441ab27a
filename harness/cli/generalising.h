// SPDX-License-Identifier: GPL-3.0-or-later
// Making an order of events out of a failing schedule in a process of its own. Shared by
// `onhook generalise` and `onhook bisect`.
#pragma once

#include "harness/cli/campaign.h"
#include "harness/cli/engine.h"

namespace onhook::cli {

/// `interrupted`, when given, is set when Ctrl-C ended it.
Generalised generalise_in_process(const GeneraliseRequest& request, const Engine& engine,
                                  const CampaignOptions& options, CampaignObserver& observer,
                                  bool* interrupted = nullptr);

}  // namespace onhook::cli
