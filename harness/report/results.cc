// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/report/text.h"

namespace onhook {
namespace {

constexpr std::size_t kColumns = 7;
using Cells = std::array<std::string, kColumns>;
constexpr std::array<std::string_view, kColumns> kHeads = {
    "scenario", "target", "verdict", "orders", "executions", "explored", "time"};
constexpr std::size_t kScenarioColumn = 0;
constexpr std::size_t kVerdictColumn = 2;
constexpr std::size_t kExecutionsColumn = 4;
constexpr std::size_t kExploredColumn = 5;
// Who gives way, and down to which width, when the table is wider than the page.
struct Shrink {
  std::size_t column;
  std::size_t least;
};
constexpr std::array<Shrink, 7> kShrinking = {
    {{5, 8}, {0, 40}, {3, 16}, {1, 20}, {0, 24}, {1, 10}, {0, 12}}};

Paint paint_of(Verdict verdict) {
  if (verdict == Verdict::holds) return Paint::green;
  return verdict == Verdict::violated ? Paint::red : Paint::yellow;
}

std::string orders_text(const RunResult& result) {
  const OrderCounts n = count_orders(result.orders);
  if (n.total() == 0) return "-";
  if (n.violated > 0) return fmt::format("{} of {} violated", n.violated, n.total());
  std::string out;
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, what);
  };
  add(n.holds, "hold");
  add(n.not_reached, "not reached");
  add(n.infeasible, "infeasible");
  return out;
}

std::string explored_text(const RunResult& result) {
  if (result.complete) return "complete";
  return result.bound.empty() ? "sampled" : one_line(result.bound);
}

Cells cells_of(const RunResult& result) {
  return {one_line(result.scenario),   one_line(result.target),           to_string(result.verdict),
          orders_text(result),         with_thousands(result.executions), explored_text(result),
          seconds_text(result.seconds)};
}

// A cell that is too wide for its column. The end of a path says more than its beginning.
std::string fitted(std::size_t column, const std::string& text, std::size_t width) {
  if (width_of(text) <= width) return text;
  if (column == kScenarioColumn) return "..." + text.substr(text.size() - (width - 3));
  return clipped(column == kExploredColumn ? "bounded" : text, width);
}

std::array<std::size_t, kColumns> widths_of(const std::vector<Cells>& rows, const Style& style) {
  std::array<std::size_t, kColumns> widths{};
  std::size_t total = 2 * (kColumns - 1);
  for (std::size_t c = 0; c < kColumns; ++c) {
    widths[c] = kHeads[c].size();
    for (const Cells& row : rows) widths[c] = std::max(widths[c], width_of(row[c]));
    total += widths[c];
  }
  for (const auto& [column, least] : kShrinking) {
    const auto page = static_cast<std::size_t>(style.width);
    const std::size_t excess = total > page ? total - page : 0;
    const std::size_t spare = widths[column] > least ? widths[column] - least : 0;
    widths[column] -= std::min(excess, spare);
    total -= std::min(excess, spare);
  }
  return widths;
}

void put_reason(std::string& out, std::string_view label, const std::string& text,
                const Style& style) {
  constexpr std::size_t kIndent = 10;
  std::string lead = fmt::format("    {:<6}", label);
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    for (const std::string& line :
         wrapped(one_line(rest.substr(0, end)), static_cast<std::size_t>(style.width) - kIndent)) {
      out += lead + line + '\n';
      lead = std::string(kIndent, ' ');
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

}  // namespace

OrderCounts count_orders(const std::vector<OrderResult>& orders) {
  OrderCounts n;
  for (const OrderResult& order : orders) {
    if (order.outcome == OrderOutcome::holds) ++n.holds;
    if (order.outcome == OrderOutcome::violated) ++n.violated;
    if (order.outcome == OrderOutcome::infeasible) ++n.infeasible;
    if (order.outcome == OrderOutcome::not_reached) ++n.not_reached;
  }
  return n;
}

std::string results_table(const std::vector<RunResult>& results, const Style& style) {
  std::vector<Cells> rows;
  for (const RunResult& result : results) rows.push_back(cells_of(result));
  const auto widths = widths_of(rows, style);

  std::string head;
  for (std::size_t c = 0; c < kColumns; ++c) {
    head += c == kExecutionsColumn ? fmt::format("{:>{}}", kHeads[c], widths[c])
                                   : padded(kHeads[c], widths[c]);
    if (c + 1 < kColumns) head += "  ";
  }
  head.erase(head.find_last_not_of(' ') + 1);
  std::string out = painted(style, Paint::bold, head) + '\n';

  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < kColumns; ++c) {
      std::string cell = fitted(c, rows[r][c], widths[c]);
      const std::string blanks(widths[c] - width_of(cell), ' ');
      if (c == kVerdictColumn) cell = painted(style, paint_of(results[r].verdict), cell);
      out += c == kExecutionsColumn ? blanks + cell : cell + blanks;
      if (c + 1 < kColumns) out += "  ";
    }
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
    for (const Violation& v : results[r].violations) put_reason(out, "law", v.law, style);
    put_reason(out, "bound", bounds_text(results[r]), style);
    if (!results[r].fault.empty()) put_reason(out, "fault", results[r].fault, style);
  }
  return out;
}

std::string order_list(const RunResult& result, const Style& style) {
  if (result.orders.empty()) return "";
  constexpr std::size_t kOutcome = 13;  // "not reached" and two blanks
  std::string out = fmt::format("orders of {} on {}\n", result.scenario, result.target);
  std::size_t widest = 0;
  for (const OrderResult& order : result.orders) {
    widest = std::max(widest, width_of(joined(order.events)));
  }
  widest = std::min(widest, static_cast<std::size_t>(style.width) - 40);
  for (const OrderResult& order : result.orders) {
    std::string outcome = to_string(order.outcome);
    std::replace(outcome.begin(), outcome.end(), '_', ' ');
    const std::string blanks(kOutcome - outcome.size(), ' ');
    if (order.outcome == OrderOutcome::violated) outcome = painted(style, Paint::red, outcome);
    const auto lines = wrapped(one_line(joined(order.events)), std::max<std::size_t>(widest, 1));
    out += fmt::format("  {}{}{}  {:>11} executions\n", outcome, blanks, padded(lines[0], widest),
                       with_thousands(order.executions));
    for (std::size_t i = 1; i < lines.size(); ++i) {
      out += std::string(2 + kOutcome, ' ') + lines[i] + '\n';
    }
    if (order.why.empty()) continue;
    for (const std::string& line :
         wrapped(one_line(order.why), static_cast<std::size_t>(style.width) - kOutcome - 4)) {
      out += std::string(4 + kOutcome, ' ') + line + '\n';
    }
  }
  return out;
}

int exit_code_of(const std::vector<RunResult>& results) {
  constexpr std::array<Verdict, 4> kWorstFirst = {Verdict::harness_fault, Verdict::violated,
                                                  Verdict::vacuous, Verdict::infeasible};
  for (Verdict verdict : kWorstFirst) {
    const auto is = [&](const RunResult& result) { return result.verdict == verdict; };
    if (std::any_of(results.begin(), results.end(), is)) return exit_code_of(verdict);
  }
  return 0;
}

}  // namespace onhook
