// SPDX-License-Identifier: GPL-3.0-or-later
// Runs another program and keeps what it prints. Never inside the world.
#pragma once

#include <string>
#include <vector>

namespace onhook {

struct CommandResult {
  int status = -1;     ///< exit status; 128 + signal when killed; -1: could not be started
  std::string output;  ///< standard output and standard error
};

/// No shell: argv[0] is looked up in PATH.
CommandResult run_command(const std::vector<std::string>& argv);

}  // namespace onhook
