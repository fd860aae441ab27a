// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/explanation_json.h"

#include <cmath>

namespace onhook {
namespace {

using Json = nlohmann::json;

}  // namespace

Json step_to_json(const ExplainedStep& step) {
  Json stack = Json::array();
  for (const StackFrame& frame : step.stack) {
    stack.push_back({{"function", frame.function},
                     {"place", frame.place.empty() ? Json() : Json(frame.place)}});
  }
  return {{"thread", step.thread},
          {"what", step.what},
          {"step", step.step},
          {"virtual_seconds", static_cast<double>(step.time) / 1e9},
          {"stack", stack}};
}

ExplainedStep step_from_json(const Json& json) {
  ExplainedStep step{json.at("thread"),
                     json.at("what"),
                     json.at("step"),
                     std::llround(json.at("virtual_seconds").get<double>() * 1e9),
                     {}};
  for (const Json& frame : json.at("stack")) {
    const Json& place = frame.at("place");
    step.stack.push_back({frame.at("function"), place.is_null() ? "" : place.get<std::string>()});
  }
  return step;
}

Json explanation_to_json(const Explanation& explanation) {
  Json out = {
      {"critical_step", nullptr}, {"critical_pair", nullptr}, {"remarks", explanation.remarks}};
  if (explanation.step) {
    out["critical_step"] = step_to_json(explanation.step->at);
    out["critical_step"]["claim"] = explanation.step->claim;
    out["critical_step"]["proven"] = explanation.step->proven;
  }
  if (explanation.pair) {
    out["critical_pair"] = {{"first", step_to_json(explanation.pair->first)},
                            {"second", step_to_json(explanation.pair->second)},
                            {"claim", explanation.pair->claim}};
  }
  return out;
}

Explanation explanation_from_json(const Json& json) {
  Explanation out;
  if (const Json& step = json.at("critical_step"); !step.is_null()) {
    out.step = CriticalStep{step_from_json(step), step.at("claim"), step.at("proven")};
  }
  if (const Json& pair = json.at("critical_pair"); !pair.is_null()) {
    out.pair = CriticalPair{step_from_json(pair.at("first")), step_from_json(pair.at("second")),
                            pair.at("claim")};
  }
  out.remarks = json.at("remarks").get<std::vector<std::string>>();
  return out;
}

}  // namespace onhook
