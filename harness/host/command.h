// SPDX-License-Identifier: GPL-3.0-or-later
// Runs another program and keeps what it prints. Never inside the world.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace onhook {

struct CommandResult {
  int status = -1;     ///< exit status; 128 + signal when killed; 127: there is no such program
  std::string output;  ///< standard output and standard error
  std::string errors = {};  ///< standard error, where it was asked for apart
  bool timed_out = false;   ///< it was killed, with all that it had started in its process group
};

struct CommandOptions {
  bool errors_apart = false;
  double seconds = 0;  ///< real time that it may take; 0: any
  /// With `seconds` it gets a process group of its own, unless it is to be killed with the
  /// caller's.
  bool own_group = true;
  /// Runs in the new process before it becomes the program; false: it ends there, with status 126.
  std::function<bool()> in_child = {};
};

/// No shell: argv[0] is looked up in PATH. The caller must have no other thread.
CommandResult run_command(const std::vector<std::string>& argv, const CommandOptions& options = {});

/// For the side of the new process that fork() left in the caller: becomes the program, which dies
/// with its parent. Says why not on standard error and ends with status 127.
[[noreturn]] void become(const std::vector<std::string>& argv);

}  // namespace onhook
