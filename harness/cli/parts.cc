// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/report/merge.h"

namespace onhook::cli {
namespace {

namespace fs = std::filesystem;

/// "a.part1of2-3.sched" -> "a-2.sched" for the second of the whole cell; "" when it is no part's.
std::string whole_name(const std::string& path, std::uint32_t parts, std::size_t number) {
  for (std::uint32_t i = 1; i <= parts; ++i) {
    const std::size_t at = path.rfind(fmt::format(".part{}of{}", i, parts));
    if (at == std::string::npos) continue;
    return path.substr(0, at) + (number == 0 ? "" : fmt::format("-{}", number + 1)) + ".sched";
  }
  return "";
}

void rename_schedules(RunResult& whole, std::uint32_t parts) {
  for (std::size_t i = 0; i < whole.violations.size(); ++i) {
    std::string& path = whole.violations[i].schedule;
    const std::string name = whole_name(path, parts, i);
    if (name.empty()) continue;
    std::error_code failed;
    fs::rename(path, name, failed);
    // A cell that was finished before it was resumed has been renamed already.
    if (!failed || (!fs::exists(path) && fs::exists(name))) path = name;
  }
  whole.schedule.clear();
  for (const Violation& violation : whole.violations) {
    if (whole.schedule.empty()) whole.schedule = violation.schedule;
  }
}

}  // namespace

std::vector<CellRequest> cut_cells(const std::vector<CellRequest>& cells, int jobs) {
  std::vector<CellRequest> out;
  const auto all = static_cast<std::size_t>(std::max(jobs, 1));
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const CellRequest& cell = cells[i];
    const std::size_t parts = all / cells.size() + (i < all % cells.size() ? 1 : 0);
    if (parts < 2 || cell.stop_at_first || !cell.part.whole()) {
      out.push_back(cell);
      continue;
    }
    for (std::uint32_t k = 0; k < parts; ++k) {
      out.push_back(cell);
      out.back().part = {k, static_cast<std::uint32_t>(parts)};
    }
  }
  return out;
}

std::size_t parts_at(const std::vector<CellRequest>& cells, std::size_t first) {
  const CellRequest& head = cells[first];
  const std::size_t count = head.part.count;
  if (head.part.index != 0 || cells.size() - first < count) return 1;
  for (std::uint32_t k = 0; k < count; ++k) {
    const CellRequest& cell = cells[first + k];
    const bool fits = cell.scenario_path == head.scenario_path && cell.target == head.target &&
                      cell.part == Shard{k, head.part.count};
    if (!fits) return 1;
  }
  return count;
}

RunResult join_parts(std::vector<RunResult> parts) {
  std::vector<std::string> schedules;
  for (const RunResult& part : parts) {
    for (const Violation& violation : part.violations) {
      if (!violation.schedule.empty()) schedules.push_back(violation.schedule);
    }
  }
  const std::uint32_t count = parts.front().part.count;
  RunResult whole = merge_parts(std::move(parts));
  for (const std::string& path : schedules) {
    const bool kept =
        std::ranges::find(whole.violations, path, &Violation::schedule) != whole.violations.end();
    std::error_code ignored;
    if (!kept) fs::remove(path, ignored);
  }
  rename_schedules(whole, count);
  return whole;
}

}  // namespace onhook::cli
