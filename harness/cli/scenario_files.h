// SPDX-License-Identifier: GPL-3.0-or-later
// Which scenario files the paths of a command line stand for.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "harness/base/diagnostic.h"

namespace onhook::cli {

/// A file stands for itself, a folder for every .scn below it, sorted by path. Folders named "bad"
/// hold scenarios that must not compile: they are passed over, unless named themselves. A file that
/// two paths reach is listed once. A path that does not exist, or a folder without a scenario, is
/// an error.
std::variant<std::vector<std::string>, Diagnostic> scenario_files(
    const std::vector<std::string>& paths);

}  // namespace onhook::cli
