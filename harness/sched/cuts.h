// SPDX-License-Identifier: GPL-3.0-or-later
// Ways on that an execution could have taken and that were left out of the search, as bits.
#pragma once

#include <cstdint>
#include <string>

namespace onhook {

enum Cut : std::uint8_t {
  kClockRead = 1,  ///< code looked at the clock, and has seen the earliest time only
  kSettled = 2,    ///< latencies later than the time in which all has to settle
  kSteps = 4,      ///< it could have gone on beyond the bound on its steps
  kTimeouts = 8,   ///< a wait could have run out beyond the bound on those that do
  kSilenced = 16   ///< what comes after the end that a judge made of it for what is suppressed
};
using Cuts = std::uint8_t;

/// Of latencies and suppressed ends alone: "latencies at which the clock was read", or "" for none.
std::string to_text(Cuts cuts);

}  // namespace onhook
