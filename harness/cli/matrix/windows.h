// SPDX-License-Identifier: GPL-3.0-or-later
// When each law broke and was mended: the rows at which a scenario's verdict changes along the
// lines of history. What could not be judged in between is passed over, and counted.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/cli/matrix/rows.h"

namespace onhook::cli {

enum class CellState {
  holds,
  violated,
  unknown  ///< not built, not set up, vacuous, infeasible, a fault, or not yet computed
};

/// A change of one scenario's verdict.
struct MatrixChange {
  std::size_t row = 0;
  bool breaks = false;             ///< else it mends
  bool first = false;              ///< nothing is known of what was before: broken there or before
  std::size_t unknown_before = 0;  ///< rows right before it that nothing is known of: it may be one
};

/// The first row at which it is known, too, when it is violated there.
/// `states`: one a row. Where lines of history meet, the verdict changes when it is another one
/// than on all of them.
std::vector<MatrixChange> changes_of(const std::vector<MatrixRow>& rows,
                                     const std::vector<CellState>& states);

}  // namespace onhook::cli
