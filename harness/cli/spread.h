// SPDX-License-Identifier: GPL-3.0-or-later
// What makes a long exploration bearable: parts of it on other machines (--shard), all processes at
// work on few cells (--jobs), and going on after a kill (--resume). For the verbs that explore.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/cli/campaign.h"
#include "harness/cli/command.h"

namespace onhook::cli {

struct SpreadOptions {
  std::string shard;   ///< "2/4"; "": the whole
  std::string resume;  ///< path; "": do not keep where the run stands
  bool digest = false;
};

/// How a cell is searched, in words (CellRequest::search).
std::string search_of(const CellRequest& cell);

void add_spread_options(CLI::App& verb, SpreadOptions& options);

/// Writes into `common`, which holds all else that the cells share, which part is wanted and how it
/// is searched; 0, or the exit code after a usage error.
int read_spread(const SpreadOptions& options, CellRequest& common, Console& console);

/// run_campaign() of the cells, cut into parts for `campaign.jobs` where that is possible, and each
/// going on from where the file of options.resume says; the error is that of this file.
std::variant<CampaignResult, Diagnostic> run_spread(const std::vector<CellRequest>& cells,
                                                    const Engine& engine,
                                                    const CampaignOptions& campaign,
                                                    const SpreadOptions& options,
                                                    CampaignObserver& observer);

/// Of a campaign without a ledger. One part alone may well have no execution of an order: only the
/// whole is vacuous or infeasible.
int exit_code_of_part(const SpreadOptions& options, const std::vector<RunResult>& results);

}  // namespace onhook::cli
