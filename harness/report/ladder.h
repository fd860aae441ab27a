// SPDX-License-Identifier: GPL-3.0-or-later
// The ladder: one execution as people read it. A lane a thread, virtual time on the left, one fact
// a row at its thread's lane, the fact at which the law broke marked, long waits spelled out, and
// below it the law, what was seen instead, and the command that plays the execution again as the
// very last line.
//
// It shows a Trace and adds nothing to it, but for one remark: where a call ended and the plugin
// never asked for its PeerConnection to be closed, a row says so, because what is missing cannot be
// seen in a list of what happened.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "harness/report/terminal.h"
#include "harness/report/verdict.h"
#include "harness/trace/event.h"

namespace onhook {

enum class Detail {
  essential,  ///< without log lines, without what came long before the end
  everything
};

struct LadderOptions {
  Style style;
  Detail detail = Detail::essential;
  std::size_t max_rows = 60;   ///< essential: the facts shown are the last ones before the failure
  std::size_t max_lanes = 10;  ///< the least busy lanes beyond that share one, "others"
  std::uint32_t critical_step = 0;  ///< marked where one of its facts is shown; 0: none
};

/// The rows alone. `failing`: the index of the fact to mark.
std::string ladder_of(const Trace& trace, std::optional<std::size_t> failing,
                      const LadderOptions& options);

/// Heading, ladder, law, what was seen, replay line. `schedule` is the path of the .sched; without
/// one ("") the last line says that none was written.
std::string violation_report(const RunResult& result, const Violation& violation,
                             const std::string& schedule, const LadderOptions& options);

/// "onhook replay PATH", quoted for a shell where needed.
std::string replay_command(const std::string& schedule);

}  // namespace onhook
