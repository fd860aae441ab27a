// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/inner_states.h"

#include <utility>

namespace onhook {

const InnerStates::State* InnerStates::latest(std::uint32_t steps) {
  while (count_ > 0 && states_[count_ - 1].steps > steps) --count_;
  return count_ > 0 ? &states_[count_ - 1] : nullptr;
}

InnerStates::State& InnerStates::add() {
  if (count_ == kMost) thin_out();
  if (count_ == states_.size()) states_.emplace_back();
  return states_[count_++];
}

/// Every second of the older half goes: most executions begin at one of the last.
void InnerStates::thin_out() {
  std::size_t to = 1;
  for (std::size_t from = 2; from < count_; ++from) {
    if (from < count_ / 2 && from % 2 == 1) continue;
    std::swap(states_[to++], states_[from]);
  }
  count_ = to;
}

}  // namespace onhook
