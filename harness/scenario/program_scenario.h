// SPDX-License-Identifier: GPL-3.0-or-later
// A C program as a scenario without a .scn file: nothing but the program and the engine's own
// verdicts. `onhook program` and the replay of its schedules use it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/compiler.h"

namespace onhook {

/// True for a path that ends in ".c".
bool names_program(std::string_view path);

/// `defines` are compiler arguments ("-DN=2"), `args` the program's own. Its hash covers the file's
/// text, the defines and the arguments. A file that cannot be read is a diagnostic.
CompileResult scenario_of_program(const std::string& path, std::vector<std::string> defines,
                                  std::vector<std::string> args);

}  // namespace onhook
