// SPDX-License-Identifier: GPL-3.0-or-later
// Chains of strategies by name: "dfs,random" tries one after the other.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/strategy/strategy.h"

namespace onhook {

struct ChainResult {
  /// Makes fresh strategies, one chain for each order.
  std::function<std::vector<std::unique_ptr<Strategy>>()> make;
  bool divisible = true;  ///< every strategy can be cut inside an order
  std::string error;      ///< "" or what is wrong with the text, with the names there are
};

/// `text`: names separated by commas, each with optional numbers after ":"; "" is the default
/// chain.
///   dfs[:PREEMPTIONS]          depth-first, with a bound on preemptions
///   frontier[:EXECUTIONS]      sampling from rare states on
///   pct[:DEPTH[:EXECUTIONS]]   random priorities; depth 3 when none is given
///   pos[:EXECUTIONS]           partial order sampling
///   random[:EXECUTIONS]        random walk
///   rff[:EXECUTIONS]           reads-from fuzzing
///   stale[:EXECUTIONS]         random walk that interrupts threads that act on stale reads
///   surw[:EXECUTIONS]          selectively uniform random walk
/// Strategies with "+" between take turns, "stale+stale+rff:500": stale has two in each round.
/// A strategy that cannot be cut searches all of an order in one part and nothing of it in the
/// others.
ChainResult parse_chain(std::string_view text, std::uint64_t seed, const Shard& shard = {});

/// Can a search with this chain be cut inside an order of events?
bool can_be_cut(const std::string& text);

/// The default chain's text.
std::string_view default_chain();

}  // namespace onhook
