// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/json.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/report/explanation_json.h"
#include "harness/report/judgement_json.h"
#include "harness/report/lock_record_json.h"
#include "harness/report/results.h"

namespace onhook {
namespace {

using Json = nlohmann::ordered_json;

Json string_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json violation_json(const Violation& violation) {
  Json out = {{"law", violation.law},
              {"seen", violation.message},
              {"schedule", string_or_null(violation.schedule)},
              {"order", violation.order}};
  const TimeNs time = violation.fact < violation.trace.facts.size()
                          ? violation.trace.facts[violation.fact].time
                          : violation.time;
  if (time != kForever) out["virtual_seconds"] = static_cast<double>(time) / 1e9;
  const Json explanation = Json(explanation_to_json(violation.explanation));
  for (const auto& [key, value] : explanation.items()) out[key] = value;
  if (violation.judgement) out["judgement"] = Json(judgement_to_json(*violation.judgement));
  return out;
}

Json order_json(const OrderResult& order) {
  return {{"events", order.events},
          {"outcome", to_string(order.outcome)},
          {"executions", order.executions},
          {"why", string_or_null(order.why)},
          {"came", order.came},
          {"held", order.held},
          {"search", string_or_null(order.search)}};
}

/// Those that were set.
Json bounds_json(const RunResult& result) {
  Json out = Json::array();
  const auto add = [&](const char* name, const std::optional<std::uint32_t>& limit,
                       std::uint64_t hits) {
    if (limit) out.push_back({{"name", name}, {"limit", *limit}, {"executions", hits}});
  };
  add("max-steps", result.bounds.steps, result.hits.steps);
  add("max-timeouts", result.bounds.timeouts, result.hits.timeouts);
  return out;
}

Json result_json(const RunResult& result) {
  const OrderCounts n = count_orders(result.orders);
  Json out;
  out["scenario"] = result.scenario;
  out["target"] = result.target;
  out["verdict"] = to_string(result.verdict);
  out["law"] = result.violations.empty() ? Json(nullptr) : Json(result.violations.front().law);
  out["orders"] = {{"total", n.total()},
                   {"holds", n.holds},
                   {"violated", n.violated},
                   {"infeasible", n.infeasible},
                   {"not_reached", n.not_reached}};
  out["executions"] = result.executions;
  out["complete"] = result.complete;
  out["bound"] = string_or_null(result.bound);
  out["bounds"] = bounds_json(result);
  out["seconds"] = std::round(result.seconds * 1000) / 1000;
  out["schedule"] = string_or_null(result.schedule);
  out["fault"] = string_or_null(result.fault);
  out["violations"] = Json::array();
  for (const Violation& v : result.violations) out["violations"].push_back(violation_json(v));
  out["order_results"] = Json::array();
  for (const OrderResult& o : result.orders) out["order_results"].push_back(order_json(o));
  out["part"] = {{"number", result.part.index + 1}, {"of", result.part.count}};
  out["search"] = string_or_null(result.search);
  out["inputs"] = string_or_null(result.inputs);
  out["digest"] = result.digest ? Json(fmt::format("{:016x}", *result.digest)) : Json(nullptr);
  if (!result.part.whole() && !result.lock_record.edges.empty()) {
    out["lock_record"] = Json(lock_record_to_json(result.lock_record));
  }
  return out;
}

}  // namespace

std::string results_json(const std::vector<RunResult>& results, CampaignEnd end) {
  Json out;
  out["format"] = 1;
  out["interrupted"] = end == CampaignEnd::interrupted;
  out["results"] = Json::array();
  for (const RunResult& result : results) out["results"].push_back(result_json(result));
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace onhook
