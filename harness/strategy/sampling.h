// SPDX-License-Identifier: GPL-3.0-or-later
// What the strategies that sample schedules share: a random source for each execution, how they are
// cut into parts and saved, which candidates compete, and when two pending operations do not
// commute.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/base/prng.h"
#include "harness/base/shard.h"
#include "harness/sched/chooser.h"
#include "harness/sched/thread.h"
#include "harness/strategy/saved_state.h"
#include "harness/strategy/strategy.h"

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

/// A strategy that samples. S, which derives from it, lists what it has learned in `archive` (see
/// base/archive.h), execution_ first; values are chosen uniformly.
template <class S>
class SamplingStrategy : public Strategy, protected Chooser {
 public:
  bool complete() const override { return false; }
  bool keep_to(const Shard& shard) override {
    seed_ = seed_of_part(seed_, shard);
    return true;
  }
  std::string save() const override { return save_state(static_cast<const S&>(*this)); }
  bool load(std::string_view state) override { return load_state(static_cast<S&>(*this), state); }

 protected:
  explicit SamplingStrategy(std::uint64_t seed) : prng_(seed), seed_(seed) {}

  /// First in next().
  void begin_execution() { prng_ = prng_of(seed_, execution_++); }
  unsigned choose_value(std::string_view, unsigned n) override {
    return static_cast<unsigned>(prng_.below(n));
  }

  std::uint64_t execution_ = 0;  ///< executions begun
  Prng prng_;                    ///< of this execution
  Competitors competitors_;

 private:
  std::uint64_t seed_;
};

/// True if the two meet at an object and one of them changes it.
bool conflict(const Operation& a, const Operation& b);

}  // namespace onhook
