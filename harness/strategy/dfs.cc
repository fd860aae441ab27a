// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/dfs.h"

#include <fmt/format.h>

#include "harness/base/check.h"

namespace onhook {

std::string DfsStrategy::bound() const {
  return cut_ ? fmt::format("preemption bound {}", max_preemptions_) : std::string();
}

Chooser* DfsStrategy::next() {
  depth_ = 0;
  if (!started_) {
    started_ = true;
    return this;
  }
  while (!levels_.empty()) {
    Level& last = levels_.back();
    if (last.chosen + 1 < last.n) {
      if (last.current < 0 || last.preemptions < max_preemptions_) {
        ++last.chosen;
        return this;
      }
      cut_ = true;
    }
    levels_.pop_back();
  }
  done_ = true;
  return nullptr;
}

std::uint32_t DfsStrategy::index_of(const Level& level) {
  if (level.current < 0) return level.chosen;
  const auto current = static_cast<std::uint32_t>(level.current);
  if (level.chosen == 0) return current;
  return level.chosen <= current ? level.chosen - 1 : level.chosen;
}

std::uint32_t DfsStrategy::descend(std::uint32_t n, std::int32_t current) {
  if (depth_ == levels_.size()) {
    std::uint32_t spent = 0;
    if (!levels_.empty()) spent = levels_.back().preemptions + cost(levels_.back());
    levels_.push_back({0, n, current, spent});
  }
  const Level& level = levels_[depth_++];
  ONHOOK_CHECK(level.n == n && level.current == current,
               "the same choices led to another question");
  return index_of(level);
}

std::size_t DfsStrategy::choose_thread(const ChoicePoint& point) {
  return descend(static_cast<std::uint32_t>(point.candidates.size()), point.current_index);
}

unsigned DfsStrategy::choose_value(std::string_view, unsigned n) { return descend(n, -1); }

}  // namespace onhook
