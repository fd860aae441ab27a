// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/lock_order.h"

#include <algorithm>

namespace onhook {
namespace {

bool is_exclusive(LockMode a, LockMode b) {
  return a == LockMode::exclusive || b == LockMode::exclusive;
}

/// Both hold it, so they cannot be there at the same time.
bool share_a_gate(const LockEdge& a, const LockEdge& b) {
  return std::ranges::any_of(a.all_held, [&](const HeldLock& x) {
    return std::ranges::any_of(b.all_held, [&](const HeldLock& y) {
      return x.lock == y.lock && is_exclusive(x.mode, y.mode);
    });
  });
}

bool waits_for(const LockEdge& a, const LockEdge& b) {
  return a.wanted == b.held.lock && is_exclusive(a.wanted_mode, b.held.mode);
}

bool same_place(const LockEdge& a, const LockEdge& b) {
  return a.thread == b.thread && a.held.lock == b.held.lock && a.wanted == b.wanted &&
         a.wants.pc == b.wants.pc && a.all_held.size() == b.all_held.size();
}

}  // namespace

/// A thread that does the same again leaves the newest: it meets whatever is still to come.
std::size_t LockOrder::place_of(const LockEdge& edge) {
  for (std::size_t i = kept_; i < edges_.size(); ++i) {
    if (same_place(edges_[i].edge, edge)) return i;
  }
  edges_.emplace_back();
  return edges_.size() - 1;
}

bool LockOrder::are_ordered(std::size_t i, std::size_t j) const {
  const auto is_after = [&](std::size_t later, std::size_t earlier) {
    const std::vector<bool>& after = edges_[later].after;
    return earlier < after.size() && after[earlier];
  };
  return is_after(i, j) || is_after(j, i);
}

bool LockOrder::could_meet(const LockCircle& circle, std::size_t next,
                           const std::vector<std::size_t>& path) const {
  const Known& known = edges_[next];
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (are_ordered(next, path[i]) || circle[i]->thread == known.edge.thread ||
        share_a_gate(*circle[i], known.edge)) {
      return false;
    }
  }
  return true;
}

void LockOrder::extend(std::vector<std::size_t>& path, LockCircle& circle,
                       std::vector<LockCircle>& found) const {
  if (path.size() > 1 && waits_for(*circle.back(), *circle.front())) {
    found.push_back(circle);
    return;
  }
  if (path.size() == kLongest) return;
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    if (!waits_for(*circle.back(), edges_[i].edge) || !could_meet(circle, i, path)) continue;
    path.push_back(i);
    circle.push_back(&edges_[i].edge);
    extend(path, circle, found);
    path.pop_back();
    circle.pop_back();
  }
}

std::vector<LockCircle> LockOrder::add(LockEdge edge, const ComesAfter& comes_after) {
  const std::size_t place = place_of(edge);
  Known& known = edges_[place];
  if (known.edge.thread != kNoThread) {
    std::erase_if(edge.after_ends, [&](std::uint64_t ended) {
      return std::ranges::find(known.edge.after_ends, ended) == known.edge.after_ends.end();
    });
  }
  known.edge = std::move(edge);
  known.after.assign(edges_.size(), false);
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    if (i == place) continue;
    known.after[i] = comes_after(edges_[i].edge);
    if (place < edges_[i].after.size()) edges_[i].after[place] = false;
  }
  std::vector<std::size_t> path = {place};
  LockCircle circle = {&known.edge};
  std::vector<LockCircle> found;
  extend(path, circle, found);
  return found;
}

}  // namespace onhook
