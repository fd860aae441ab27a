// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/dfs.h"

#include <fmt/format.h>

#include <sstream>

#include "harness/base/check.h"

namespace onhook {

std::string DfsStrategy::bound() const {
  return cut_ ? fmt::format("preemption bound {}", max_preemptions_) : std::string();
}

Chooser* DfsStrategy::next() {
  depth_ = 0;
  steps_ = 0;
  if (!started_) {
    started_ = true;
    return this;
  }
  // Of another part's branch nothing but its first execution is run; what the bound would cut there
  // is still seen, so that all parts agree on whether there was anything to cut.
  std::size_t keep = levels_.size();
  if (!shard_.whole() && !mine()) keep = branch().depth;
  while (!levels_.empty()) {
    Level& last = levels_.back();
    if (last.chosen + 1 < last.n) {
      if (!affordable(last)) {
        cut_ = true;
      } else if (levels_.size() <= keep) {
        ++last.chosen;
        return this;
      }
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

std::uint32_t DfsStrategy::shared_steps() const {
  return levels_.empty() || levels_.back().step == 0 ? 0 : levels_.back().step - 1;
}

void DfsStrategy::begin_after(std::uint32_t steps) {
  steps_ = steps;
  while (depth_ < levels_.size() && levels_[depth_].step <= steps) ++depth_;
}

std::uint32_t DfsStrategy::descend(std::uint32_t n, std::int32_t current, std::uint32_t step) {
  if (depth_ == levels_.size()) {
    std::uint32_t spent = 0;
    if (!levels_.empty()) spent = levels_.back().preemptions + cost(levels_.back());
    levels_.push_back({0, n, current, spent, step});
  }
  Level& level = levels_[depth_++];
  level.step = step;  // a loaded state does not say
  ONHOOK_CHECK(level.n == n && level.current == current,
               "the same choices led to another question");
  return index_of(level);
}

std::size_t DfsStrategy::choose_thread(const ChoicePoint& point) {
  return descend(static_cast<std::uint32_t>(point.candidates.size()), point.current_index,
                 steps_ + 1);
}

unsigned DfsStrategy::choose_value(std::string_view, unsigned n) { return descend(n, -1, steps_); }

bool DfsStrategy::keep_to(const Shard& shard) {
  shard_ = shard;
  return true;
}

DfsStrategy::Branch DfsStrategy::branch() const {
  const std::uint64_t enough = kBranchesPerPart * shard_.count;
  std::uint64_t ways = 1;
  std::uint64_t hash = 0;
  for (std::size_t depth = 0; depth < levels_.size(); ++depth) {
    if (ways >= enough) return {depth, hash};
    const Level& level = levels_[depth];
    if (affordable(level)) ways *= level.n;
    hash = Prng(hash ^ (level.chosen + 1)).next();
  }
  return {levels_.size(), hash};
}

bool DfsStrategy::mine() const { return shard_.whole() || shard_.mine(branch().hash); }

std::string DfsStrategy::save() const {
  std::string text = fmt::format("{} {} {}", started_, done_, cut_);
  for (const Level& l : levels_) {
    text += fmt::format(" {}/{}/{}/{}", l.chosen, l.n, l.current, l.preemptions);
  }
  return text;
}

bool DfsStrategy::load(std::string_view state) {
  std::istringstream in{std::string(state)};
  DfsStrategy loaded(max_preemptions_);
  if (!(in >> std::boolalpha >> loaded.started_ >> loaded.done_ >> loaded.cut_)) return false;
  for (std::string word; in >> word;) {
    std::istringstream level(word);
    Level l{};
    char slash[3] = {};
    level >> l.chosen >> slash[0] >> l.n >> slash[1] >> l.current >> slash[2] >> l.preemptions;
    const bool whole = level && level.peek() == EOF && std::string_view(slash, 3) == "///";
    if (!whole || l.chosen >= l.n || l.current >= static_cast<std::int64_t>(l.n)) return false;
    loaded.levels_.push_back(l);
  }
  levels_ = std::move(loaded.levels_);
  started_ = loaded.started_;
  done_ = loaded.done_;
  cut_ = loaded.cut_;
  return true;
}

}  // namespace onhook
