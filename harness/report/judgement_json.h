// SPDX-License-Identifier: GPL-3.0-or-later
// Judgements as JSON: the same for readers of --json and between processes.
#pragma once

#include <nlohmann/json.hpp>

#include "harness/report/judgement.h"

namespace onhook {

nlohmann::json judgement_to_json(const Judgement& judgement);
/// Throws nlohmann::json::exception for what is not one.
Judgement judgement_from_json(const nlohmann::json& json);

nlohmann::json deed_to_json(const JudgedDeed& deed);
JudgedDeed deed_from_json(const nlohmann::json& json);

}  // namespace onhook
