// SPDX-License-Identifier: GPL-3.0-or-later
// The sink inside a cell's process: writes messages into the pipe to the campaign, progress at most
// ten times a second, the position at most five times.
#pragma once

#include <atomic>
#include <chrono>

#include "harness/report/progress.h"
#include "harness/report/wire.h"

namespace onhook::cli {

class PipeSink : public ProgressSink {
 public:
  /// `stop` becomes true when the campaign wants the cell to end.
  PipeSink(int fd, const std::atomic<bool>& stop) : fd_(fd), stop_(stop) {}

  void on_progress(const Progress& progress) override;
  void on_violation(const Violation& violation, const std::string& schedule) override;
  bool stop_requested() const override { return stop_.load(); }
  bool wants_position() const override;
  void on_position(const std::string& state) override;

  /// Writes the whole message, waiting for the reader; ends the process when there is none.
  void send(const CellMessage& message);

 private:
  int fd_;
  const std::atomic<bool>& stop_;
  std::optional<Phase> last_phase_;
  std::chrono::steady_clock::time_point last_sent_;
  std::chrono::steady_clock::time_point position_sent_ = std::chrono::steady_clock::now();
};

}  // namespace onhook::cli
