// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/call_stacks.h"

namespace onhook {

StackId CallStacks::look_up(const Thread& thread) {
  StackId stack = kNoStack;
  for (const std::uintptr_t site : thread.call_sites) {
    const auto [it, fresh] =
        children_.try_emplace({stack, site}, static_cast<StackId>(nodes_.size()));
    if (fresh) nodes_.push_back({stack, site});
    stack = it->second;
  }
  if (thread.id >= known_.size()) known_.resize(thread.id + 1u);
  known_[thread.id] = {thread.calls_version, thread.call_sites.size(), stack};
  return stack;
}

std::vector<std::uintptr_t> CallStacks::frames(StackId stack, std::uintptr_t pc) const {
  std::vector<std::uintptr_t> frames;
  if (pc != 0) frames.push_back(pc);
  for (; stack != kNoStack; stack = nodes_[stack].outer) frames.push_back(nodes_[stack].site);
  return frames;
}

bool CallStacks::is_inside(StackId stack, StackId outer, std::uintptr_t site) const {
  for (; stack != kNoStack; stack = nodes_[stack].outer) {
    if (nodes_[stack].outer == outer) return nodes_[stack].site == site;
  }
  return false;
}

}  // namespace onhook
