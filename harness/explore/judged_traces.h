// SPDX-License-Identifier: GPL-3.0-or-later
// Traces in which every law held. Most schedules of a search differ in steps that no fact tells of,
// so that one trace comes up again and again; it is judged once. Laws read facts, their times and
// lanes and nothing else (monitors.h), so the step of a fact does not matter.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/trace/event.h"

namespace onhook {

class JudgedTraces {
 public:
  /// Is this one, fact by fact, among those that are remembered?
  bool has(const Trace& trace);
  /// The one that has() was asked about last. It may take the place of another.
  void add(const Trace& trace);

 private:
  static constexpr std::size_t kPlaces = 1024;

  std::vector<Trace> traces_ = std::vector<Trace>(kPlaces);  ///< by hash
  std::size_t place_ = 0;
};

}  // namespace onhook
