// SPDX-License-Identifier: GPL-3.0-or-later
// The options of the verbs that explore that keep a search short: --budget, which ends it, and the
// bounds on each of its executions.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/command.h"

namespace onhook::cli {

/// Reads all of the option's values, "executions=N" and "seconds=N", into `cell`; without any,
/// `default_executions`. 0, or the exit code of the usage error that was printed.
int read_budgets(const std::vector<std::string>& budgets, std::uint64_t default_executions,
                 CellRequest& cell, Console& console);

/// --max-steps and --max-timeouts.
void add_bound_options(CLI::App& verb, ExecutionBounds& bounds);

}  // namespace onhook::cli
