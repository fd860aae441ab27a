// SPDX-License-Identifier: GPL-3.0-or-later
// Access points as schedule files name them: "all", or the instruction's place in its image,
// "janus_sip.so+0x1f3a0".
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "harness/sched/access_points.h"

namespace onhook {

std::vector<std::string> names_of(const AccessPoints& points);

/// The points; or what is wrong with a name. The images must be loaded.
std::variant<AccessPoints, std::string> points_of(const std::vector<std::string>& names);

}  // namespace onhook
