// SPDX-License-Identifier: GPL-3.0-or-later
// Wake-up trees (Abdulla, Aronis, Jonsson, Sagonas: "Source Sets: A Foundation for Optimal Dynamic
// Partial Order Reduction", JACM 64(4), 2017, section 6): the sequences that are still to be tried
// from a state, such that no two of them lead to equivalent executions and none runs into a step
// that is asleep.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "harness/strategy/dpor/history.h"

namespace onhook {

/// A step without its place: who, how it came to happen, what it chose, what it touched. One
/// without values stands for the step with whatever values it may ask for.
struct Step {
  ProcId proc = 0;
  Wake wake = Wake::ready;
  std::vector<ChosenValue> values;
  Footprint footprint;

  bool same_as(const Step& other) const {
    return proc == other.proc && wake == other.wake && values == other.values;
  }
  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.proc, self.wake, self.values, self.footprint);
  }
};

Step step_of(const DporEvent& event);

/// A step of `sequence` by reference.
using Sequence = std::vector<const DporEvent*>;

/// Could an execution that begins with `sequence` as well begin with `step`? (A weak initial, op.
/// cit. definition 4.2.) Sets `at` to its position in the sequence, or to its size.
bool is_weak_initial(const Step& step, const Sequence& sequence, std::size_t& at);

struct WakeupTree {
  Step step;
  std::vector<std::unique_ptr<WakeupTree>> children;  ///< in the order of trial

  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.step, self.children);
  }
};

using WakeupForest = std::vector<std::unique_ptr<WakeupTree>>;

/// Adds `sequence` unless what is there already covers it. False when it was covered.
bool insert(WakeupForest& forest, Sequence sequence);

}  // namespace onhook
