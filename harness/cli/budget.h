// SPDX-License-Identifier: GPL-3.0-or-later
// The option --budget of the verbs that explore.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/command.h"

namespace onhook::cli {

/// Reads all of the option's values, "executions=N" and "seconds=N", into `cell`; without any,
/// `default_executions`. 0, or the exit code of the usage error that was printed.
int read_budgets(const std::vector<std::string>& budgets, std::uint64_t default_executions,
                 CellRequest& cell, Console& console);

}  // namespace onhook::cli
