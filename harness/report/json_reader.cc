// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/json_reader.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/base/text_file.h"
#include "harness/report/explanation_json.h"
#include "harness/report/judgement_json.h"
#include "harness/report/lock_record_json.h"

namespace onhook {
namespace {

using Json = nlohmann::json;

std::string text_or_empty(const Json& json) {
  return json.is_null() ? std::string() : json.get<std::string>();
}

// The value whose word is written.
template <typename Enum>
Enum value_of(const Json& json, Enum last) {
  const std::string word = json;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (word == to_string(static_cast<Enum>(i))) return static_cast<Enum>(i);
  }
  throw std::invalid_argument(fmt::format("'{}' is not known", word));
}

Violation violation_from(const Json& json) {
  Violation out;
  out.law = json.at("law");
  out.message = json.at("seen");
  out.schedule = text_or_empty(json.at("schedule"));
  out.order = json.at("order").get<std::vector<std::string>>();
  if (json.contains("virtual_seconds")) {
    out.time = std::llround(json.at("virtual_seconds").get<double>() * 1e9);
  }
  if (json.contains("critical_step")) out.explanation = explanation_from_json(json);
  if (json.contains("judgement")) out.judgement = judgement_from_json(json.at("judgement"));
  return out;
}

OrderResult order_from(const Json& json) {
  OrderResult out;
  out.events = json.at("events").get<std::vector<std::string>>();
  out.outcome = value_of(json.at("outcome"), OrderOutcome::not_reached);
  out.executions = json.at("executions");
  out.why = text_or_empty(json.at("why"));
  out.came = json.at("came").get<std::vector<std::string>>();
  out.held = json.at("held").get<std::vector<std::string>>();
  out.search = text_or_empty(json.at("search"));
  return out;
}

Shard part_from(const Json& json) {
  const std::uint32_t number = json.at("number");
  const std::uint32_t count = json.at("of");
  if (number < 1 || number > count) throw std::invalid_argument("that is no part");
  return {number - 1, count};
}

void read_bounds(const Json& json, RunResult& out) {
  for (const Json& bound : json) {
    const bool steps = bound.at("name") == "max-steps";
    (steps ? out.bounds.steps : out.bounds.timeouts) = bound.at("limit").get<std::uint32_t>();
    (steps ? out.hits.steps : out.hits.timeouts) = bound.at("executions");
  }
}

RunResult result_from(const Json& json) {
  RunResult out;
  out.scenario = json.at("scenario");
  out.target = json.at("target");
  out.verdict = value_of(json.at("verdict"), Verdict::harness_fault);
  out.executions = json.at("executions");
  out.complete = json.at("complete");
  out.bound = text_or_empty(json.at("bound"));
  if (json.contains("bounds")) read_bounds(json.at("bounds"), out);
  out.seconds = json.at("seconds");
  out.schedule = text_or_empty(json.at("schedule"));
  out.fault = text_or_empty(json.at("fault"));
  for (const Json& v : json.at("violations")) out.violations.push_back(violation_from(v));
  for (const Json& o : json.at("order_results")) out.orders.push_back(order_from(o));
  out.part = part_from(json.at("part"));
  out.search = text_or_empty(json.at("search"));
  out.inputs = text_or_empty(json.at("inputs"));
  if (const Json& digest = json.at("digest"); !digest.is_null()) {
    out.digest = std::stoull(digest.get<std::string>(), nullptr, 16);
  }
  if (json.contains("lock_record")) {
    out.lock_record = lock_record_from_json(json.at("lock_record"));
  }
  return out;
}

}  // namespace

std::variant<ResultsFile, Diagnostic> parse_results(std::string_view text, std::string_view file) {
  try {
    const Json json = Json::parse(text);
    if (json.at("format") != 1) return complaint(file, "this format of results is not known");
    ResultsFile out;
    if (json.at("interrupted").get<bool>()) out.end = CampaignEnd::interrupted;
    for (const Json& result : json.at("results")) out.results.push_back(result_from(result));
    return out;
  } catch (const std::exception& error) {  // Json::exception is one
    return complaint(file, fmt::format("these are no results of a run: {}", error.what()));
  }
}

std::variant<ResultsFile, Diagnostic> read_results(const std::string& path) {
  const auto read = read_text_file(path);
  if (const auto* error = std::get_if<Diagnostic>(&read)) return *error;
  return parse_results(std::get<std::string>(read), path);
}

}  // namespace onhook
