// SPDX-License-Identifier: GPL-3.0-or-later
// From the text of a .scn file to a CompiledScenario, or to diagnostics: never to both, never to
// neither. The language is described in LANGUAGE.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/scenario/compiled.h"

namespace onhook {

struct CompileResult {
  std::optional<CompiledScenario> scenario;  ///< set if and only if `diagnostics` is empty
  std::vector<Diagnostic> diagnostics;       ///< in the order of the file
};

/// Compiles `text`; `path` is only for messages and CompiledScenario::path. Pure.
CompileResult compile_scenario(std::string_view text, std::string path);

/// Reads and compiles a file. A file that cannot be read, or a `program` that does not exist beside
/// it, is a diagnostic too.
CompileResult load_scenario(const std::string& path);

}  // namespace onhook
