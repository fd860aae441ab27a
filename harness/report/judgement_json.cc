// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/judgement_json.h"

#include "harness/report/explanation_json.h"

namespace onhook {

using Json = nlohmann::json;

Json deed_to_json(const JudgedDeed& deed) {
  Json out = step_to_json(deed.at);
  out["locks"] = deed.locks;
  if (!deed.schedule.empty()) out["schedule"] = deed.schedule;
  return out;
}

JudgedDeed deed_from_json(const Json& json) {
  return {step_from_json(json), json.at("locks").get<std::vector<std::string>>(),
          json.value("schedule", std::string())};
}

Json judgement_to_json(const Judgement& judgement) {
  Json deeds = Json::array();
  for (const JudgedDeed& deed : judgement.deeds) deeds.push_back(deed_to_json(deed));
  return {{"cause", judgement.cause},
          {"object", judgement.object.empty() ? Json() : Json(judgement.object)},
          {"deeds", std::move(deeds)},
          {"allocated", judgement.allocated ? deed_to_json(*judgement.allocated) : Json()},
          {"freed", judgement.freed ? deed_to_json(*judgement.freed) : Json()}};
}

Judgement judgement_from_json(const Json& json) {
  Judgement out;
  out.cause = json.at("cause");
  if (const Json& object = json.at("object"); !object.is_null()) out.object = object;
  for (const Json& deed : json.at("deeds")) out.deeds.push_back(deed_from_json(deed));
  if (const Json& deed = json.at("allocated"); !deed.is_null())
    out.allocated = deed_from_json(deed);
  if (const Json& deed = json.at("freed"); !deed.is_null()) out.freed = deed_from_json(deed);
  return out;
}

}  // namespace onhook
