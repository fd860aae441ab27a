// SPDX-License-Identifier: GPL-3.0-or-later
// What was observed of one call, as JSON lines: the form in which traces of the real server
// (scripts/e2e) are kept and compared with those of the simulation.
//
//   {"onhook_trace":1,"scenario":"client_keeps_pc","hash":"9f..","target":"1.4.1","race_begins":41}
//   {"time":1230000000,"lane":"siprtp alice","role":"janus_sip_relay_thread","number":1,"actor":"",
//    "verb":"exits","detail":""}
//
// One header, then one line a fact in the order in which they were observed. `time` is in
// nanoseconds since the beginning; lane, role and number are those of Lane (harness/trace/event.h),
// the words those of fakes/vocabulary.h. `race_begins` counts the facts of the set-up.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "harness/base/diagnostic.h"
#include "harness/trace/event.h"

namespace onhook {

struct ObservedTrace {
  std::string scenario;
  std::string hash;    ///< CompiledScenario::hash
  std::string target;  ///< "1.4.1+hangup_guard"
  std::size_t race_begins = 0;
  Trace trace;
};

std::string trace_lines(const ObservedTrace& observed);

/// Refuses what trace_lines() does not write: other versions, missing members, lines that are no
/// JSON. `file` is for messages.
std::variant<ObservedTrace, Diagnostic> parse_trace_lines(std::string_view text,
                                                          std::string_view file);

}  // namespace onhook
