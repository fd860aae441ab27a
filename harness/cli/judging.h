// SPDX-License-Identifier: GPL-3.0-or-later
// The option --judges of the verbs that run something.
#pragma once

#include <string>

#include "harness/cli/command.h"

namespace onhook::cli {

void add_judges_option(CLI::App& verb, std::string& judges);

/// 0, or the exit code of the usage error that was printed.
int check_judges(const std::string& judges, Console& console);

}  // namespace onhook::cli
