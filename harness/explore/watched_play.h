// SPDX-License-Identifier: GPL-3.0-or-later
// One execution that one more judge watches beside onhook's own: how onhook-tsan and onhook-asan
// compare a real sanitizer with them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "harness/explore/execution.h"
#include "harness/explore/named_findings.h"
#include "harness/race/judge.h"
#include "harness/strategy/replay.h"
#include "harness/trace/schedule.h"

namespace onhook {

struct PlayRequest {
  /// Of a sample it says what is played; the choices are random from the seed, the order of events
  /// is the seed's among the scenario's.
  Schedule schedule;
  bool sample = false;
  std::uint64_t sample_seed = 1;
};

struct PlayWatch {
  std::string judges;       ///< our own (CellParts::judges)
  bool any_object = false;  ///< the code is compiled in another way than the schedule's
  std::function<std::unique_ptr<Judge>(Scene&)> one_more_judge;
  /// "" or how the execution is not the schedule's. Not asked of a sample.
  std::function<std::string(const ReplayPlan&, const Outcome&, const Trace&)> difference;
  /// When it is over; `names` gives findings their names whether the scenario asks for their laws
  /// or not.
  std::function<void(NamedFindings& names, const Trace&)> on_end;
};

/// "" or why that was no execution of this schedule. Once a process (prepare_cell()).
std::string play_watched(const PlayRequest& request, const PlayWatch& watch);

/// "siprtp alice reads 4 bytes in janus_sip_relay_thread() janus_sip.c:8000"
std::string in_words(const JudgedDeed& deed);

}  // namespace onhook
