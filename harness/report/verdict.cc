// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/check.h"
#include "harness/report/text.h"

namespace onhook {

std::string why_never(const OrderResult& order) {
  for (const std::string& event : order.events) {
    if (std::ranges::find(order.came, event) != order.came.end()) continue;
    if (order.held.empty()) return fmt::format("{} never came", event);
    return fmt::format("{} never came while {} {} held back", event, fmt::join(order.held, ", "),
                       order.held.size() == 1 ? "was" : "were");
  }
  return "all events came, but never in one execution";
}

std::string bounds_text(const RunResult& result) {
  const auto& [steps, timeouts] = result.hits;
  const auto executions = [](std::uint64_t n) {
    return fmt::format("{} execution{}", with_thousands(n), n == 1 ? "" : "s");
  };
  std::string text;
  if (steps > 0) {
    text = fmt::format("{} cut at {} steps", executions(steps), result.bounds.steps.value_or(0));
  }
  if (timeouts > 0) {
    text += fmt::format("{}{} held to {} timeouts", text.empty() ? "" : ", ", executions(timeouts),
                        result.bounds.timeouts.value_or(0));
  }
  return text;
}

bool is_not_set_up(const RunResult& result) {
  return !result.violations.empty() && result.violations.front().law == kSetUpLaw;
}

Verdict verdict_of(const RunResult& result) {
  if (!result.fault.empty()) return Verdict::harness_fault;
  if (!result.violations.empty()) return Verdict::violated;
  const auto holds = [](const OrderResult& o) { return o.outcome == OrderOutcome::holds; };
  if (std::ranges::any_of(result.orders, holds)) return Verdict::holds;
  const auto asked = [](const OrderResult& o) { return !o.events.empty(); };
  return std::ranges::any_of(result.orders, asked) ? Verdict::infeasible : Verdict::vacuous;
}

int exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return 0;
    case Verdict::violated:
      return 1;
    case Verdict::harness_fault:
      return 3;
    case Verdict::vacuous:
    case Verdict::infeasible:
      return 4;
  }
  ONHOOK_CHECK(false, "a verdict out of range");
}

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::violated:
      return "violated";
    case Verdict::vacuous:
      return "vacuous";
    case Verdict::infeasible:
      return "infeasible";
    case Verdict::harness_fault:
      return "harness_fault";
  }
  ONHOOK_CHECK(false, "a verdict out of range");
}

const char* to_string(OrderOutcome outcome) {
  switch (outcome) {
    case OrderOutcome::holds:
      return "holds";
    case OrderOutcome::violated:
      return "violated";
    case OrderOutcome::infeasible:
      return "infeasible";
    case OrderOutcome::not_reached:
      return "not_reached";
  }
  ONHOOK_CHECK(false, "an outcome out of range");
}

}  // namespace onhook
