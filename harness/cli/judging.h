// SPDX-License-Identifier: GPL-3.0-or-later
// The options --judges and --suppressions of the verbs that run something.
#pragma once

#include <string>

#include "harness/cli/command.h"
#include "harness/race/judges.h"

namespace onhook::cli {

struct JudgingOptions {
  std::string judges{kDefaultJudges};
  std::string suppressions;  ///< a file; "": none
};

void add_judging_options(CLI::App& verb, JudgingOptions& options);

/// Reads them into `cell`. 0, or the exit code of the error that was printed.
int read_judging(const JudgingOptions& options, CellRequest& cell, Console& console);

/// What the suppressions of these cells did not fit, in lines; "" when each did.
std::string unused_suppressions(const CellRequest& cell, const std::vector<RunResult>& results);

}  // namespace onhook::cli
