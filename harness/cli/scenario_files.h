// SPDX-License-Identifier: GPL-3.0-or-later
// Which scenario files the paths of a command line stand for, and what they are about.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/diagnostic.h"

namespace onhook::cli {

enum class SubjectKind {
  plugin,  ///< runs on targets
  program  ///< brings its own program (a self-test) and needs no target
};

struct ScenarioFile {
  std::string path;
  SubjectKind subject = SubjectKind::plugin;
};

/// What results and ledgers say for the target of a scenario that brings its own program.
inline constexpr std::string_view kProgramTarget = "program";

/// A file stands for itself, a folder for every .scn below it, sorted by path. Folders named "bad"
/// hold scenarios that must not compile: they are passed over, unless named themselves. A file that
/// two paths reach is listed once. A path that does not exist, or a folder without a scenario, is
/// an error.
std::variant<std::vector<std::string>, Diagnostic> scenario_files(
    const std::vector<std::string>& paths);

/// The same files, each compiled once; or all that is wrong with any of them.
std::variant<std::vector<ScenarioFile>, std::vector<Diagnostic>> load_scenario_files(
    const std::vector<std::string>& paths);

}  // namespace onhook::cli
