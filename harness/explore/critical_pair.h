// SPDX-License-Identifier: GPL-3.0-or-later
// The second half of explaining a violation: the two conflicting steps that came in the wrong
// order. For explain_violation.cc, and for generalise.cc, which tries their order first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/explore/execution.h"
#include "harness/explore/explain_violation.h"

namespace onhook {

struct PairSearch {
  static constexpr std::uint32_t kNoLimit = ~0u;  ///< for `last_step`
  std::optional<CriticalPair> pair;
  ThreadId first_thread = kNoThread;  ///< with a pair: who did which of the two
  ThreadId second_thread = kNoThread;
  std::string why_none;
};

/// `failing` as above; the executor holds no order back, and its access points are `base`.
/// `last_step`: number of the scheduler's step at which the law was seen to break.
PairSearch find_critical_pair(Executor& executor, const CodeMap& map, const Outcome& failing,
                              const EventOrder& order, std::uint32_t last_step,
                              const ExplainBudget& budget);

/// "writes media.has_audio", "lock of sessions_mutex", "[alice] requests hangup".
struct Act;
std::string words_of(const Act& act, const CodeMap& map);

}  // namespace onhook
