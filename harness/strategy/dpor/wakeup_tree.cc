// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/dpor/wakeup_tree.h"

namespace onhook {

Step step_of(const DporEvent& event) {
  return {event.proc, event.wake, event.values, event.footprint};
}

bool is_weak_initial(const Step& step, const Sequence& sequence, std::size_t& at) {
  for (at = 0; at < sequence.size(); ++at) {
    const DporEvent& other = *sequence[at];
    if (other.proc == step.proc) {
      return other.wake == step.wake && (step.values.empty() || other.values == step.values);
    }
    if (dependent(other.footprint, step.footprint)) return false;
  }
  return true;
}

bool insert(WakeupForest& forest, Sequence sequence) {
  WakeupForest* here = &forest;
  for (;;) {
    WakeupTree* next = nullptr;
    std::size_t at = 0;
    for (const auto& child : *here) {
      if (!is_weak_initial(child->step, sequence, at)) continue;
      next = child.get();
      break;
    }
    if (next == nullptr) break;
    if (at < sequence.size()) sequence.erase(sequence.begin() + static_cast<std::ptrdiff_t>(at));
    if (next->children.empty()) return false;  // a leaf: whatever follows is explored there
    here = &next->children;
  }
  for (const DporEvent* event : sequence) {
    here->push_back(std::make_unique<WakeupTree>(WakeupTree{step_of(*event), {}}));
    here = &here->back()->children;
  }
  return true;
}

}  // namespace onhook
