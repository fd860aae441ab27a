// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/debug_replay.h"

#include <fmt/format.h>

#include <utility>

#include "harness/explore/prepared_replay.h"
#include "harness/host/target.h"
#include "harness/sched/debug_stop.h"

namespace onhook {
namespace {

template <std::size_t n>
void put(char (&to)[n], const std::string& text) {
  *fmt::format_to_n(to, n - 1, "{}", text).out = '\0';
}

/// What source paths are relative to in the debug information of the schedule's plugin.
std::string code_folder_of(const Schedule& schedule) {
  for (const Target& target : built_targets(default_target_paths())) {
    if (target.name == schedule.target) return target.code_dir;
  }
  return "";
}

/// The end is the violation, whatever was recorded last.
bool ended_by_itself(End end) { return end != End::settled && end != End::quiescent; }

/// One execution without a stop: which steps the race has, and which breaks the law.
void look_ahead(PreparedReplay& replay) {
  const std::uint32_t wanted = std::exchange(onhook_debug.wanted, DebugState::kNever);
  onhook_debug.active = 0;
  onhook_debug.race_begins = replay.executor().world().scheduler().step() + 1;
  const ReplayResult result = replay.play();
  onhook_debug.race_ends = onhook_debug.race_begins - 1 + replay.ending().steps;
  if (!result.violations.empty()) {
    const Violation& broken = result.violations.front();
    put(onhook_debug.law, broken.law);
    onhook_debug.violation = ended_by_itself(replay.ending().end)
                                 ? onhook_debug.race_ends
                                 : result.trace.facts.at(broken.fact).step;
  }
  onhook_debug.active = 1;
  onhook_debug.wanted = wanted;
  if (wanted != 0) return;
  onhook_debug.wanted = onhook_debug.violation;
  if (onhook_debug.wanted < onhook_debug.race_begins)
    onhook_debug.wanted = onhook_debug.race_begins;
}

}  // namespace

ReplayResult debug_replay(const Schedule& schedule) {
  put(onhook_debug.code_folder, code_folder_of(schedule));
  onhook_debug.active = 1;
  onhook_debug_begin();
  // 0: where the law breaks, which is known after the first execution.
  const std::uint32_t wanted = onhook_debug.wanted;
  if (wanted == 0) onhook_debug.wanted = DebugState::kNever;
  PreparedReplay replay(schedule);
  if (wanted == 0) onhook_debug.wanted = 0;
  ReplayResult result;
  do {
    onhook_debug.again = 0;
    if (replay.fault().empty() && onhook_debug.race_ends == 0) look_ahead(replay);
    result = replay.play();
    put(onhook_debug.ending,
        fmt::format("{} {}", to_string(replay.ending().end), replay.ending().why));
    if (onhook_debug.again == 0) onhook_debug_end();
  } while (onhook_debug.again != 0 && replay.fault().empty());
  return result;
}

}  // namespace onhook
