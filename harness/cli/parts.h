// SPDX-License-Identifier: GPL-3.0-or-later
// One cell by several processes: its parts are cells of their own, which stand next to each other,
// and their results become one.
#pragma once

#include <vector>

#include "harness/cli/engine.h"

namespace onhook::cli {

/// With fewer cells than jobs, cuts the cells into parts until there is one for each job. A cell
/// that is to stop at its first violation is left whole, for which one is the first would be
/// chance.
std::vector<CellRequest> cut_cells(const std::vector<CellRequest>& cells, int jobs);

/// How many requests from cells[first] on are the parts of one cell, all of them; 1 for a whole
/// cell and for a part that stands alone.
std::size_t parts_at(const std::vector<CellRequest>& cells, std::size_t first);

/// The results of all parts of one cell as the cell's. Schedule files get the names that the whole
/// cell would have given them; those of violations that another part has too are removed.
RunResult join_parts(std::vector<RunResult> parts);

}  // namespace onhook::cli
