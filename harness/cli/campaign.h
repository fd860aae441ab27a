// SPDX-License-Identifier: GPL-3.0-or-later
// A campaign: many cells, some at a time, each in its own process (cell_worker.h). It survives
// whatever a cell does: a dead process becomes a result that says how it died, a silent one is
// killed. Ctrl-C asks the running cells for what they have and keeps it; a second one does not wait
// for them.
#pragma once

#include <string_view>
#include <vector>

#include "harness/cli/engine.h"
#include "harness/report/json.h"
#include "harness/report/progress_line.h"
#include "harness/report/wire.h"

namespace onhook::cli {

struct CampaignOptions {
  int jobs = 1;                  ///< processes at a time, at least 1
  double silence_seconds = 300;  ///< a cell that says nothing for so long is killed
  double grace_seconds = 5;      ///< how long a stopped cell may finish its execution
  /// The same of cells that run code of somebody's revision, and how much memory they may take.
  double silence_seconds_of_revisions = 60;
  std::uint64_t bytes_of_revisions = std::uint64_t{2} << 30;
};

/// Told in the campaign's own process, never from a signal handler.
class CampaignObserver {
 public:
  virtual ~CampaignObserver() = default;
  virtual void on_progress(const CampaignProgress&) {}
  virtual void on_violation(const CellRequest&, const FoundViolation&) {}
  /// Of a whole cell, its parts joined.
  virtual void on_result(const RunResult&) {}
  /// Where a cell stands, to be kept for a run after this one (CellRequest::position).
  virtual void on_position(const CellRequest&, const std::string&) {}
  /// What a cell printed, a piece at a time.
  virtual void on_output(const CellRequest&, std::string_view) {}
};

struct CampaignResult {
  /// Of the cells that were begun, in the order of the cells; parts (parts.h) are joined.
  std::vector<RunResult> results;
  CampaignEnd end = CampaignEnd::finished;
};

/// Takes SIGINT and SIGTERM over while it runs. The process must have a single thread.
CampaignResult run_campaign(const std::vector<CellRequest>& cells, const CellRunner& run,
                            const CampaignOptions& options, CampaignObserver& observer);

}  // namespace onhook::cli
