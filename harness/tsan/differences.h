// SPDX-License-Identifier: GPL-3.0-or-later
// What two detectors say of one execution, in names.
#pragma once

#include <string>
#include <string_view>

#include "harness/tsan/compared_race.h"

namespace onhook {

struct NamedRace {
  Difference difference = Difference::none;
  std::string cause;    ///< "RACE of consume and produce on message"
  std::string object;   ///< "message (global)"
  std::string earlier;  ///< "worker 1 writes 4 bytes in produce race_fence.c:10"
  std::string later;

  friend bool operator==(const NamedRace&, const NamedRace&) = default;
  friend auto operator<=>(const NamedRace&, const NamedRace&) = default;
};

/// "both", "only libtsan", "only ours: pushed out", ...
std::string_view word_of(Difference difference);
bool is_only_ours(Difference difference);
/// Why libtsan did not see by itself what it agrees to; "" where that is not known.
std::string_view what_it_lost(Difference difference);

/// Has somebody to explain it? Not where libtsan agrees and it is known what it lost.
bool needs_reason(Difference difference);

/// One race a line, fields between tabs, for a pipe.
std::string to_line(const NamedRace& race);
NamedRace race_of_line(std::string_view line);

}  // namespace onhook
