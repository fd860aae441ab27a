// SPDX-License-Identifier: GPL-3.0-or-later
// One race, as our judge and libtsan see it in the same execution.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/race/finding.h"

namespace onhook {

struct ComparedRace {
  std::optional<Finding> ours;
  std::optional<Finding> libtsans;
  /// Only ours: libtsan was asked about these two moments alone, with memory that nobody else
  /// touched, and says as well that nothing orders them.
  bool agrees = false;
  /// Only ours: what libtsan's way to remember accesses lost (tsan_update_shadow_word.inc).
  bool earlier_raced = false;  ///< the earlier one raced itself, and so was not kept
  bool one_only = false;       ///< of the later one it reported another race, and looked no further
  bool looked_at = false;      ///< the later thread had done the same at this time already
  std::size_t between = 0;     ///< other accesses to the 8 bytes between the two
  std::size_t crowd = 0;       ///< all before the later one; the same at the same time is one
};

enum class Difference : std::uint8_t {
  none,          ///< both say so
  only_libtsan,  ///< ours does not know it: one of the two is wrong
  // Only ours; libtsan agrees when it is asked, but
  not_kept,    ///< keeps no access that raced
  one_only,    ///< says one race an access
  looked_at,   ///< looks at equal accesses at one time once
  pushed_out,  ///< keeps 4 accesses to 8 bytes
  lost,        ///< none of these
  // Only ours; and libtsan does not agree:
  ordered  ///< it sees an order where ours sees none
};

inline Difference difference_of(const ComparedRace& race) {
  if (!race.ours) return Difference::only_libtsan;
  if (race.libtsans) return Difference::none;
  if (!race.agrees) return Difference::ordered;
  if (race.earlier_raced) return Difference::not_kept;
  if (race.one_only) return Difference::one_only;
  if (race.between > 0 && race.crowd > 4) return Difference::pushed_out;
  return race.looked_at ? Difference::looked_at : Difference::lost;
}

}  // namespace onhook
