// SPDX-License-Identifier: GPL-3.0-or-later
// The record of lock orders as JSON: the same fields between processes (wire.h), in what a resumed
// run goes on from, and in the results of parts (JSON.md). For the .cc files of this folder.
#pragma once

#include <nlohmann/json.hpp>

#include "harness/report/lock_edges.h"

namespace onhook {

nlohmann::json lock_record_to_json(const LockRecord& record);
/// Throws what nlohmann::json throws when a field is missing or of the wrong type, and
/// std::out_of_range for a number of what is not there.
LockRecord lock_record_from_json(const nlohmann::json& json);

}  // namespace onhook
