// SPDX-License-Identifier: GPL-3.0-or-later
// For tests of reports only: traces written as one reads them, and comparison with golden files.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/strings.h"
#include "harness/report/verdict.h"

namespace onhook::testing_report {

class TraceBuilder {
 public:
  ThreadId lane(std::string name, std::string role = "") {
    trace_.lanes.push_back({std::move(name), std::move(role)});
    return static_cast<ThreadId>(trace_.lanes.size() - 1);
  }
  /// Appends a fact; its index.
  std::size_t add(double seconds, ThreadId thread, std::string_view actor, std::string_view verb,
                  std::string_view detail) {
    Fact fact;
    fact.step = static_cast<std::uint32_t>(trace_.facts.size() + 1);
    fact.thread = thread;
    fact.time = static_cast<TimeNs>(seconds * 1e9);
    fact.actor = intern(actor);
    fact.verb = intern(verb);
    fact.detail = intern(detail);
    trace_.facts.push_back(fact);
    return trace_.facts.size() - 1;
  }
  const Trace& trace() const { return trace_; }

 private:
  Trace trace_;
};

/// janus#3430 as it happens: a hangup whose call ends after the relay thread has cleaned up.
RunResult hangup_run();

/// Fails the test with both texts when `text` is not what testdata/`name` holds. With
/// ONHOOK_UPDATE_GOLDEN=1 in the environment the file is written instead, and the test fails too:
/// look at the difference and commit it.
void expect_golden(std::string_view name, const std::string& text);

/// The widest line, in columns.
std::size_t widest_line(std::string_view text);

}  // namespace onhook::testing_report
