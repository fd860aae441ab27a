// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/sampling.h"

#include <algorithm>

namespace onhook {
namespace {

bool meets(const Operation& op, ObjectId object) {
  return object != kNoObject && (op.object == object || op.object2 == object ||
                                 std::ranges::find(op.more, object) != op.more.end());
}

}  // namespace

const std::vector<std::size_t>& Competitors::among(const ChoicePoint& point, Prng& prng) {
  indices_.clear();
  const auto& candidates = point.candidates;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].wake == Wake::ready) indices_.push_back(i);
  }
  if (indices_.size() == candidates.size()) return indices_;
  if (indices_.empty() || prng.below(16) == 0) {
    indices_.clear();
    for (std::size_t i = 0; i < candidates.size(); ++i) indices_.push_back(i);
  }
  return indices_;
}

bool conflict(const Operation& a, const Operation& b) {
  if (a.access != Access::write && b.access != Access::write) return false;
  return meets(a, b.object) || meets(a, b.object2) ||
         std::ranges::any_of(b.more, [&](ObjectId object) { return meets(a, object); });
}

}  // namespace onhook
