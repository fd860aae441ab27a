// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/report/lock_record.h"

namespace onhook {
namespace {

using Names = std::vector<std::string>;

void unite(Names& into, const Names& more) {
  for (const std::string& name : more) {
    if (std::ranges::find(into, name) == into.end()) into.push_back(name);
  }
}

/// In the order in which `first` names them: a part may have met them in another one.
void arrange(Names& names, const Names& first) {
  std::ranges::stable_sort(names, {}, [&](const std::string& name) {
    return std::ranges::find(first, name) - first.begin();
  });
}

bool has_outcome(const std::vector<const OrderResult*>& orders, OrderOutcome outcome) {
  return std::ranges::any_of(orders, [&](const OrderResult* o) { return o->outcome == outcome; });
}

OrderResult merge_order(const std::vector<const OrderResult*>& orders, std::size_t parts,
                        const Names& events) {
  OrderResult out;
  out.events = orders.front()->events;
  for (const OrderResult* order : orders) {
    out.executions += order->executions;
    unite(out.came, order->came);
    unite(out.held, order->held);
    if (out.search.empty()) out.search = order->search;
    // Words other than these are no reason of the order's own: "not explored: interrupted".
    if (out.why.empty() && order->why != why_never(*order)) out.why = order->why;
  }
  arrange(out.came, events);
  arrange(out.held, events);
  const bool all_infeasible =
      orders.size() == parts && std::ranges::all_of(orders, [](const OrderResult* o) {
        return o->outcome == OrderOutcome::infeasible;
      });
  if (has_outcome(orders, OrderOutcome::violated)) {
    out.outcome = OrderOutcome::violated;
  } else if (has_outcome(orders, OrderOutcome::holds)) {
    out.outcome = OrderOutcome::holds;
  } else if (all_infeasible) {
    out.outcome = OrderOutcome::infeasible;
  }
  if (out.outcome == OrderOutcome::holds || out.outcome == OrderOutcome::violated) {
    out.why.clear();
  } else if (out.why.empty()) {
    out.why = why_never(out);
  }
  return out;
}

std::vector<OrderResult> merge_orders(const std::vector<RunResult>& parts) {
  std::vector<OrderResult> out;
  for (const RunResult& part : parts) {
    for (const OrderResult& order : part.orders) {
      const auto is_it = [&](const OrderResult& o) { return o.events == order.events; };
      if (std::ranges::any_of(out, is_it)) continue;
      std::vector<const OrderResult*> same;
      for (const RunResult& other : parts) {
        const auto found = std::ranges::find_if(other.orders, is_it);
        if (found != other.orders.end()) same.push_back(&*found);
      }
      const Names& events = out.empty() ? order.events : out.front().events;
      out.push_back(merge_order(same, parts.size(), events));
    }
  }
  return out;
}

std::vector<Violation> merge_violations(const std::vector<RunResult>& parts,
                                        const std::vector<OrderResult>& orders) {
  std::vector<Violation> all;
  for (const RunResult& part : parts) {
    std::ranges::copy(part.violations, std::back_inserter(all));
  }
  std::ranges::stable_sort(all, {}, [&](const Violation& violation) {
    return std::ranges::find(orders, violation.order, &OrderResult::events) - orders.begin();
  });
  std::vector<Violation> out;
  for (Violation& violation : all) {
    const auto same = [&](const Violation& known) { return known.same_as(violation); };
    if (std::ranges::none_of(out, same)) {
      out.push_back(std::move(violation));
    }
  }
  return out;
}

Verdict merge_verdicts(const std::vector<RunResult>& parts, const RunResult& whole) {
  if (!whole.fault.empty()) return Verdict::harness_fault;
  if (!whole.violations.empty()) return Verdict::violated;
  for (Verdict verdict : {Verdict::harness_fault, Verdict::violated, Verdict::holds}) {
    if (std::ranges::find(parts, verdict, &RunResult::verdict) != parts.end()) return verdict;
  }
  return parts.front().verdict;
}

std::string missing_parts(const std::vector<RunResult>& parts) {
  const std::uint32_t count = parts.front().part.count;
  std::vector<std::uint32_t> missing;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto is_it = [&](const RunResult& r) { return r.part.index == i; };
    if (std::ranges::none_of(parts, is_it)) missing.push_back(i + 1);
  }
  if (missing.empty()) return "";
  return fmt::format("part {} of {} {} missing", fmt::join(missing, ", "), count,
                     missing.size() == 1 ? "is" : "are");
}

/// "" or why the two are not parts of one exploration.
std::string conflict(const RunResult& a, const RunResult& b) {
  const std::string cell = fmt::format("{} on {}", a.scenario, a.target);
  const auto differ = [&](std::string_view what, const std::string& one, const std::string& other) {
    return fmt::format("{}: parts {} and {} {}: {} and {}", cell, a.part.index + 1,
                       b.part.index + 1, what, one, other);
  };
  if (a.part.count != b.part.count) {
    return differ("are of different cuts", fmt::format("{} parts", a.part.count),
                  fmt::format("{} parts", b.part.count));
  }
  if (a.part == b.part) return fmt::format("{}: part {} is there twice", cell, a.part.index + 1);
  if (a.search != b.search) return differ("were searched differently", a.search, b.search);
  if (a.inputs != b.inputs && !a.inputs.empty() && !b.inputs.empty()) {
    return differ("saw different scenarios or plugins", a.inputs, b.inputs);
  }
  return "";
}

}  // namespace

RunResult merge_parts(std::vector<RunResult> parts) {
  std::ranges::sort(parts, {}, [](const RunResult& r) { return r.part.index; });
  RunResult out;
  out.scenario = parts.front().scenario;
  out.target = parts.front().target;
  out.search = parts.front().search;
  out.complete = true;
  out.digest = 0;
  out.bounds = parts.front().bounds;
  for (const RunResult& part : parts) {
    out.executions += part.executions;
    out.seconds = std::max(out.seconds, part.seconds);
    out.interrupted = out.interrupted || part.interrupted;
    out.unsaid = out.unsaid || part.unsaid;
    out.complete = out.complete && part.complete;
    out.hits.add(part.hits);
    if (out.bound.empty()) out.bound = part.bound;
    if (out.fault.empty()) out.fault = part.fault;
    if (out.inputs.empty()) out.inputs = part.inputs;
    out.suppressed.resize(std::max(out.suppressed.size(), part.suppressed.size()));
    for (std::size_t i = 0; i < part.suppressed.size(); ++i) {
      out.suppressed[i] += part.suppressed[i];
    }
    merge(out.lock_record, part.lock_record);
    if (out.digest && part.digest) {
      *out.digest += *part.digest;
    } else {
      out.digest.reset();
    }
  }
  if (const std::string missing = missing_parts(parts); !missing.empty()) {
    out.complete = false;
    out.fault = missing;
    out.digest.reset();
  }
  out.orders = merge_orders(parts);
  out.violations = merge_violations(parts, out.orders);
  for (const Violation& violation : out.violations) {
    if (out.schedule.empty()) out.schedule = violation.schedule;
  }
  out.verdict = merge_verdicts(parts, out);
  return out;
}

Merged merge_results(const std::vector<RunResult>& parts) {
  std::vector<std::vector<RunResult>> cells;
  for (const RunResult& part : parts) {
    const auto cell = std::ranges::find_if(cells, [&](const std::vector<RunResult>& c) {
      return c.front().scenario == part.scenario && c.front().target == part.target;
    });
    if (cell == cells.end()) {
      cells.push_back({part});
      continue;
    }
    for (const RunResult& other : *cell) {
      std::string why = conflict(other, part);
      if (!why.empty()) return {{}, std::move(why)};
    }
    cell->push_back(part);
  }
  Merged out;
  for (std::vector<RunResult>& cell : cells) out.results.push_back(merge_parts(std::move(cell)));
  return out;
}

}  // namespace onhook
