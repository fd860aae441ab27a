// SPDX-License-Identifier: GPL-3.0-or-later
// A matrix as one HTML page that needs nothing else: commits down, scenarios across, a summary of
// when each law broke and was mended; ladders and schedules on demand. Styles and script are in
// page/; what is shown is embedded as JSON, the ladders compressed (RFC 1952) in base64.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/cli/matrix/compute.h"
#include "harness/cli/matrix/rows.h"
#include "harness/cli/matrix/store.h"

namespace onhook::cli {

struct MatrixPage {
  std::string clone;   ///< its folder's name
  std::string range;   ///< in words
  std::string search;  ///< how each cell was explored, in words
  std::vector<std::string> scenarios;
  MatrixRows rows;
  MatrixFigures figures;
  /// By row and scenario; without a value: not known.
  std::vector<std::vector<std::optional<MatrixCell>>> cells;
};

/// The whole page.
std::string html_of(const MatrixPage& page);

/// The summary for a terminal: a line for each change of a verdict.
std::string changes_text(const MatrixPage& page);

}  // namespace onhook::cli
