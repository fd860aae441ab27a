// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/matrix/windows.h"

#include <algorithm>

namespace onhook::cli {

std::vector<MatrixChange> changes_of(const std::vector<MatrixRow>& rows,
                                     const std::vector<CellState>& states) {
  std::vector<MatrixChange> changes;
  // What is known behind each row, itself included, and how many unknown rows lie before that.
  std::vector<CellState> behind(rows.size(), CellState::unknown);
  std::vector<std::size_t> unknown(rows.size(), 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::size_t passed = 0;
    bool differs = true;
    bool known = false;
    for (const std::size_t parent : rows[i].before) {
      passed = std::max(passed, unknown[parent]);
      if (behind[parent] == CellState::unknown) continue;
      known = true;
      differs = differs && behind[parent] != states[i];
      behind[i] = behind[parent];
    }
    if (states[i] == CellState::unknown) {
      unknown[i] = passed + 1;
      continue;
    }
    behind[i] = states[i];
    const bool breaks = states[i] == CellState::violated;
    if (known ? differs : breaks) changes.push_back({i, breaks, !known, passed});
  }
  return changes;
}

}  // namespace onhook::cli
