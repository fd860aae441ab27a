// SPDX-License-Identifier: GPL-3.0-or-later
// Reads what json.h writes, as far as it is written: traces are not.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/report/json.h"
#include "harness/report/verdict.h"

namespace onhook {

struct ResultsFile {
  std::vector<RunResult> results;
  CampaignEnd end = CampaignEnd::finished;
};

/// `file` is only named in the diagnostic. Refuses another format, a field that is missing or of
/// the wrong type, and a word that is no verdict or outcome; ignores fields that it does not know.
std::variant<ResultsFile, Diagnostic> parse_results(std::string_view text, std::string_view file);

/// Reads the file at `path`.
std::variant<ResultsFile, Diagnostic> read_results(const std::string& path);

}  // namespace onhook
