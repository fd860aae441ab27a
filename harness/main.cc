// SPDX-License-Identifier: GPL-3.0-or-later
// The onhook executable: the command line, given the real engine.
#include <unistd.h>

#include <iostream>

#include "harness/cli/command.h"
#include "harness/explore/chain.h"
#include "harness/explore/debug_replay.h"
#include "harness/host/process_image.h"
#include "harness/host/target.h"

int main(int argc, char** argv) {
  onhook::fix_process_image(argv);
  using namespace onhook;
  const cli::Engine engine{run_cell,
                           [](const Schedule& s) { return replay_schedule(s); },
                           known_targets,
                           [] { return target_aliases(default_target_paths()); },
                           [](const std::string& name) { return resolve_target(name).error; },
                           [](const std::string& name) { was_built(name); },
                           [](const Schedule& s) { return replay_schedule(s, Explaining::yes); },
                           generalise,
                           program_error,
                           can_be_cut,
                           debug_replay};
  cli::Console console{std::cout, std::cerr, style_for(STDOUT_FILENO),
                       ::isatty(STDERR_FILENO) != 0};
  return cli::run_command_line({argv + 1, argv + argc}, engine, console);
}
