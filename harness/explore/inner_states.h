// SPDX-License-Identifier: GPL-3.0-or-later
// Inner states of the execution before, for searches whose plans share long beginnings with each
// other: the next execution starts at the last state that it has in common, not at the snapshot.
//
// States are a few steps apart, since saving one costs as much as running some. What the harness
// knows of an execution up to a state (trace, choices) is a beginning of what it knows at its end,
// so only the length is kept.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/host/world.h"

namespace onhook {

class InnerStates {
 public:
  /// Between two states. Saving costs about as much as ten steps do.
  static constexpr std::uint32_t kSpacing = 8;
  /// When there are more, the older ones are thinned out.
  static constexpr std::size_t kMost = 64;

  struct State {
    std::uint32_t steps = 0;  ///< of the race, taken before it
    std::size_t choices = 0;
    std::size_t preemptions = 0;
    InnerState world;
  };

  /// The last one after `steps` steps at most, or null; later ones are forgotten.
  const State* latest(std::uint32_t steps);
  void forget() { count_ = 0; }
  /// A new last one, to be filled.
  State& add();

 private:
  void thin_out();

  std::vector<State> states_;  ///< those beyond count_ are kept for their memory
  std::size_t count_ = 0;
};

}  // namespace onhook
