// SPDX-License-Identifier: GPL-3.0-or-later
// One misuse of memory, as our judge and AddressSanitizer see it in the same execution.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/race/finding.h"

namespace onhook {

enum class Misuse : std::uint8_t {
  use_after_free,
  out_of_bounds,  ///< of a block of the heap
  double_free,
  wrong_free,  ///< of what is no block
  elsewhere    ///< variables on stacks and globals
};

/// Of a finding of our judge of memory (law MEMORY).
Misuse misuse_of_ours(const Finding& finding);
/// Of an error of AddressSanitizer's (law ASAN), by the runtime's own name for it.
Misuse misuse_of_asans(const Finding& finding);

struct ComparedError {
  Misuse misuse = Misuse::elsewhere;
  std::optional<Finding> ours;
  std::optional<Finding> asans;
  /// Only ours: the runtime was asked about this memory in that moment, and calls it poison.
  bool agrees = false;
};

enum class Agreement : std::uint8_t {
  both,
  only_asan,  ///< ours does not know it: one of the two is wrong
  asked,      ///< only ours; the runtime agrees when asked, and nothing put this access to it
  no_poison   ///< only ours; and the runtime sees nothing wrong with that memory
};

inline Agreement agreement_of(const ComparedError& error) {
  if (!error.ours) return Agreement::only_asan;
  if (error.asans) return Agreement::both;
  return error.agrees ? Agreement::asked : Agreement::no_poison;
}

}  // namespace onhook
