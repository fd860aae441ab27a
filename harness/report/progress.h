// SPDX-License-Identifier: GPL-3.0-or-later
// What an exploration says while it runs. The explorer calls a ProgressSink between executions;
// the sink forwards (through a pipe to the campaign, which draws the progress line) and says when
// to stop. Calls are cheap: a sink thins them out itself.
#pragma once

#include <cstdint>
#include <string>

#include "harness/report/verdict.h"

namespace onhook {

enum class Phase {
  preparing,  ///< reading the scenario, loading the plugin, bringing the world to the race
  exploring   ///< running executions: a fatal signal now is put down to the plugin
};

struct Progress {
  Phase phase = Phase::preparing;
  std::uint64_t executions = 0;
  std::string order;  ///< the order being forced, "a, b, c"; "" when none is

  friend bool operator==(const Progress&, const Progress&) = default;
};

class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  /// Once when a phase begins and after every execution.
  virtual void on_progress(const Progress& progress) = 0;
  /// As soon as a law breaks for the first time, so that a later crash or Ctrl-C cannot lose it.
  /// `schedule` is the path of the .sched written, "" when none was.
  virtual void on_violation(const Violation& violation, const std::string& schedule) = 0;
  /// Asked between executions: true after Ctrl-C; the explorer then returns what it has, with
  /// bound "interrupted".
  virtual bool stop_requested() const = 0;

  /// Asked between executions: true when it is time to say where the exploration stands, so that a
  /// killed one can go on from there.
  virtual bool wants_position() const { return false; }
  /// The bytes of a Position (wire.h).
  virtual void on_position(const std::string&) {}
};

}  // namespace onhook
