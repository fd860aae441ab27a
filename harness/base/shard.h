// SPDX-License-Identifier: GPL-3.0-or-later
// One of n parts of an exploration. The parts need nothing of each other: each walks the upper
// branches of the same search, and a hash of the way to a branch says whose the branch is. All
// parts together cover what one whole search does, and no execution belongs to two of them.
#pragma once

#include <cstdint>

#include "harness/base/prng.h"

namespace onhook {

struct Shard {
  std::uint32_t index = 0;  ///< below count
  std::uint32_t count = 1;  ///< 1: the whole

  bool whole() const { return count == 1; }

  /// Asked at a branch of the search tree: true for exactly one index of each count. The hash must
  /// come from the way to the branch alone, so that every process computes the same.
  bool mine(std::uint64_t branch_hash) const {
    return whole() || Prng(branch_hash).below(count) == index;
  }

  /// This part's share of `n` things that are dealt out one by one, the first to index 0.
  std::uint64_t share_of(std::uint64_t n) const { return n / count + (index < n % count ? 1 : 0); }

  friend bool operator==(const Shard&, const Shard&) = default;
};

}  // namespace onhook
