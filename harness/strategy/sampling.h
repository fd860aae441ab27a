// SPDX-License-Identifier: GPL-3.0-or-later
// What the strategies that sample schedules share: a random source for each execution, which
// candidates compete, and when two pending operations do not commute.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/base/prng.h"
#include "harness/base/shard.h"
#include "harness/sched/chooser.h"
#include "harness/sched/thread.h"

namespace onhook {

/// The random source of execution number `execution`: of the two numbers and nothing else.
inline Prng prng_of(std::uint64_t seed, std::uint64_t execution) {
  return Prng(Prng(seed).next() ^ (0x2545f4914f6cdd1du * (execution + 1)));
}

/// The seed with which a part of a search samples: each part learns and draws by itself.
inline std::uint64_t seed_of_part(std::uint64_t seed, const Shard& shard) {
  return shard.whole() ? seed : Prng(seed ^ (0x9fb21c651e98df25u * (shard.index + 1))).next();
}

/// Which candidates compete. A latency whose window is open would compete at every step of
/// everybody else and so nearly always end at once: while somebody is ready, it takes part in one
/// choice of sixteen.
class Competitors {
 public:
  /// Indices into point.candidates, at least one; valid until the next call.
  const std::vector<std::size_t>& among(const ChoicePoint& point, Prng& prng);

 private:
  std::vector<std::size_t> indices_;
};

/// True if the two meet at an object and one of them changes it.
bool conflict(const Operation& a, const Operation& b);

}  // namespace onhook
