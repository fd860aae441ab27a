// SPDX-License-Identifier: GPL-3.0-or-later
// Call stacks as numbers: a tree of call sites, so that remembering the stack of every access costs
// four bytes. The instrumentation keeps Thread::calls and Thread::call_sites; a stack is looked up
// again only when its thread has called or returned since.
#pragma once

#include <unordered_map>
#include <vector>

#include "harness/sched/thread.h"

namespace onhook {

using StackId = std::uint32_t;
inline constexpr StackId kNoStack = 0;

class CallStacks {
 public:
  CallStacks() : nodes_{{}} {}

  /// Of the thread, now.
  StackId current(const Thread& thread) {
    if (thread.id < known_.size()) {
      const Known& known = known_[thread.id];
      if (known.version == thread.calls_version && known.depth == thread.call_sites.size()) {
        return known.stack;
      }
    }
    return look_up(thread);
  }
  /// Return addresses, innermost first: `pc`, then where each function was called from.
  std::vector<std::uintptr_t> frames(StackId stack, std::uintptr_t pc) const;
  /// Whether `stack` lies in the call that `outer` makes at `site`.
  bool is_inside(StackId stack, StackId outer, std::uintptr_t site) const;
  /// Stacks of threads are not what they were; the numbers stay.
  void forget_threads() { known_.clear(); }

 private:
  struct Node {
    StackId outer = kNoStack;
    std::uintptr_t site = 0;
  };
  struct Known {
    std::uint64_t version = ~std::uint64_t{0};
    std::size_t depth = 0;
    StackId stack = kNoStack;
  };
  struct Key {
    StackId outer;
    std::uintptr_t site;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return (key.site ^ key.outer * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
    }
  };
  StackId look_up(const Thread& thread);

  std::vector<Node> nodes_;  ///< the first is the empty stack
  std::unordered_map<Key, StackId, Hash> children_;
  std::vector<Known> known_;  ///< by thread
};

}  // namespace onhook
