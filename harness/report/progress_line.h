// SPDX-License-Identifier: GPL-3.0-or-later
// The one line at the bottom of a terminal that says how a long run is doing. Drawn at most ten
// times a second, taken away before anything else is printed, and never drawn where the output is
// no terminal.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "harness/report/terminal.h"

namespace onhook {

/// What the line says.
struct CampaignProgress {
  std::size_t cells_done = 0;
  std::size_t cells = 0;
  std::uint64_t executions = 0;  ///< of all cells so far
  double seconds = 0;            ///< since the campaign began
  double seconds_left = 0;       ///< a guess; 0: nobody makes one
  std::string scenario;          ///< the cell that spoke last
  std::string target;
  std::string order;
};

/// "[3/12] 12,345 executions, 5,400/s, 2.3 s, 9 s left  v1.4.1 hangup/keeps_pc.scn  a, b, c",
/// clipped.
std::string progress_text(const CampaignProgress& progress, const Style& style);

class ProgressLine {
 public:
  using Write = std::function<void(std::string_view)>;
  /// `write` puts bytes on the terminal; an empty one makes every call do nothing.
  ProgressLine(Write write, Style style) : write_(std::move(write)), style_(style) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Draws the line unless it was drawn less than 0.1 s (of `progress.seconds`) ago.
  void show(const CampaignProgress& progress);
  /// Takes the line away; the next show() draws at once.
  void clear();

 private:
  Write write_;
  Style style_;
  bool drawn_ = false;
  double drawn_at_ = 0;
};

}  // namespace onhook
