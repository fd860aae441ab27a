// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/budget.h"

#include <fmt/format.h>

#include <charconv>

namespace onhook::cli {
namespace {

template <typename Number>
bool parse_positive(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out > 0;
}

bool read_budget(std::string_view text, CellRequest& cell) {
  if (text.starts_with("executions=")) return parse_positive(text.substr(11), cell.max_executions);
  if (text.starts_with("seconds=")) return parse_positive(text.substr(8), cell.max_seconds);
  return false;
}

}  // namespace

int read_budgets(const std::vector<std::string>& budgets, std::uint64_t default_executions,
                 CellRequest& cell, Console& console) {
  for (const std::string& budget : budgets) {
    if (!read_budget(budget, cell)) {
      return usage_error(console, fmt::format("'{}' is no budget", budget),
                         "a budget is executions=N or seconds=N, N above 0");
    }
  }
  if (budgets.empty()) cell.max_executions = default_executions;
  return 0;
}

void add_bound_options(CLI::App& verb, ExecutionBounds& bounds) {
  verb.add_option("--max-steps", bounds.steps,
                  "cut each execution after so many visible steps; how many were cut is printed")
      ->check(CLI::Range(1u, 100'000'000u));
  verb.add_option("--max-timeouts", bounds.timeouts,
                  "waits that may run out in one execution although something else could end them; "
                  "in how many executions no more could is printed")
      ->check(CLI::Range(0u, 100'000'000u));
}

}  // namespace onhook::cli
