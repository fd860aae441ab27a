// SPDX-License-Identifier: GPL-3.0-or-later
// Traces of a scenario on the real libsofia-sip-ua, one of each look from outside, for
// `onhook likeness --sip sofia`: a stack with fewer fakes in it, compared with the one that has
// more.
#pragma once

#include <string>
#include <vector>

#include "harness/cli/command.h"

namespace onhook::cli {

/// A folder of its own under the system's temporary one, removed with what is in it.
class SofiaTraces {
 public:
  SofiaTraces() = default;
  ~SofiaTraces();
  SofiaTraces(const SofiaTraces&) = delete;
  SofiaTraces& operator=(const SofiaTraces&) = delete;

  /// Plays `cell` (scenario, target, strategy and budget; the stack is this function's) and writes
  /// the traces. 0, or the exit code of what was printed to `console.err`.
  int play(CellRequest cell, const Engine& engine, Console& console);
  /// In the order of their names.
  const std::vector<std::string>& files() const { return files_; }

 private:
  std::string folder_;
  std::vector<std::string> files_;
};

}  // namespace onhook::cli
