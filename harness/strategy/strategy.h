// SPDX-License-Identifier: GPL-3.0-or-later
// The seam between search and run. A strategy thinks between executions and hands over a plan; the
// plan answers every choice inside one execution (it is the Chooser behind the one door). Random
// search, depth-first search, partial-order reduction and replay all fit.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/sched/chooser.h"

namespace onhook {

/// What a strategy is told about the execution that its plan led to.
struct Feedback {
  bool counted = true;  ///< false: given up half-way (order blocked), not an execution
  bool violated = false;
};

class Strategy {
 public:
  virtual ~Strategy() = default;
  virtual std::string_view name() const = 0;
  /// The plan of the next execution, valid until the next call; null: nothing is left to try.
  virtual Chooser* next() = 0;
  virtual void finished(const Feedback&) {}
  /// After next() gave null: true if that proves that every choice was covered.
  virtual bool complete() const = 0;
  /// What cut the search short ("preemption bound 2"), "" when nothing did.
  virtual std::string bound() const { return {}; }
};

}  // namespace onhook
