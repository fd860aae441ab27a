// SPDX-License-Identifier: GPL-3.0-or-later
// One execution under libtsan (which is started), in a process of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/trace/schedule.h"
#include "harness/tsan/differences.h"

namespace onhook {

struct PlayRequest {
  /// With no choices and no trace_hash: a sample, whose choices are random from the seed.
  Schedule schedule;
  bool sample = false;
  std::uint64_t sample_seed = 1;
};

struct PlayResult {
  std::vector<NamedRace> races;
  std::string fault;  ///< "" or why that was no execution of this schedule
};

PlayResult play(const PlayRequest& request);

}  // namespace onhook
