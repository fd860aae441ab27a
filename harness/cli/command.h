// SPDX-License-Identifier: GPL-3.0-or-later
// The command line: `onhook VERB ...`. One file a verb, its help text on top; each verb adds itself
// to the CLI11 application and gives back what to do when it is called.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "harness/cli/engine.h"
#include "harness/report/terminal.h"

namespace onhook::cli {

/// Where a verb prints. Reports go to `out`; errors, progress and what plugins print to `err`.
struct Console {
  std::ostream& out;
  std::ostream& err;
  Style style;        ///< of `out`
  bool live = false;  ///< `err` is a terminal: draw the progress line
};

inline constexpr int kUsageError = 2;
inline constexpr int kHarnessFault = 3;
inline constexpr int kInterrupted = 130;

using Action = std::function<int(const Engine&, Console&)>;

struct Verb {
  CLI::App* app = nullptr;
  Action action;
};

Verb add_run(CLI::App& app);
Verb add_bisect(CLI::App& app);
Verb add_matrix(CLI::App& app);
Verb add_merge(CLI::App& app);
Verb add_program(CLI::App& app);
Verb add_replay(CLI::App& app);
Verb add_show(CLI::App& app);
Verb add_targets(CLI::App& app);
Verb add_explain(CLI::App& app);
Verb add_generalise(CLI::App& app);
Verb add_likeness(CLI::App& app);
Verb add_new(CLI::App& app);
Verb add_lint(CLI::App& app);
Verb add_fmt(CLI::App& app);
Verb add_manual(CLI::App& app);

/// Runs the command line (without the program's name); the process's exit code: 0 all as expected,
/// 1 violated, 2 usage or file error, 3 harness fault or not repeatable, 4 vacuous or infeasible,
/// 130 interrupted.
int run_command_line(std::vector<std::string> arguments, const Engine& engine, Console& console);

/// Prints "onhook: error: ..." and returns kUsageError.
int usage_error(Console& console, const std::string& message, const std::string& suggestion = {});

}  // namespace onhook::cli
