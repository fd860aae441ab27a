// SPDX-License-Identifier: GPL-3.0-or-later
// One execution under libtsan (which is started), in a process of its own.
#pragma once

#include <string>
#include <vector>

#include "harness/explore/watched_play.h"
#include "harness/tsan/differences.h"

namespace onhook {

struct PlayResult {
  std::vector<NamedRace> races;
  std::string fault;  ///< "" or why that was no execution of this schedule
};

PlayResult play(const PlayRequest& request);

}  // namespace onhook
