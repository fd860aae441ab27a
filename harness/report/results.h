// SPDX-License-Identifier: GPL-3.0-or-later
// The results of a campaign for people: a table with a row for each scenario on each target, and
// the list of orders below it.
#pragma once

#include <string>
#include <vector>

#include "harness/report/terminal.h"
#include "harness/report/verdict.h"

namespace onhook {

/// How many orders of a result have which outcome.
struct OrderCounts {
  std::size_t holds = 0;
  std::size_t violated = 0;
  std::size_t infeasible = 0;
  std::size_t not_reached = 0;

  std::size_t total() const { return holds + violated + infeasible + not_reached; }
};
OrderCounts count_orders(const std::vector<OrderResult>& orders);

/// Scenario x target: verdict, orders, executions, "complete" or what cut it short, seconds. Under
/// a row that is not green: the laws that broke, or the fault by name.
std::string results_table(const std::vector<RunResult>& results, const Style& style);

/// Each order of one result with its outcome and, where infeasible, what excluded it. "" when the
/// scenario asks for no orders.
std::string order_list(const RunResult& result, const Style& style);

/// The worst of the verdicts as the exit code of a campaign without a ledger: a harness fault (3)
/// before a violation (1) before vacuous or infeasible (4) before 0.
int exit_code_of(const std::vector<RunResult>& results);

}  // namespace onhook
