// SPDX-License-Identifier: GPL-3.0-or-later
// The onhook executable: the command line, given the real engine.
#include <unistd.h>

#include <iostream>

#include "harness/cli/command.h"

int main(int argc, char** argv) {
  const onhook::cli::Engine engine{onhook::run_cell, onhook::replay_schedule,
                                   onhook::known_targets};
  onhook::cli::Console console{std::cout, std::cerr, onhook::style_for(STDOUT_FILENO),
                               ::isatty(STDERR_FILENO) != 0};
  return onhook::cli::run_command_line({argv + 1, argv + argc}, engine, console);
}
