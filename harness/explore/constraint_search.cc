// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/constraint_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "fakes/vocabulary.h"

namespace onhook {
namespace {

namespace verb = fakes::verb;

// Sets of two and three are looked for among so many constraints, the strongest ones.
constexpr std::size_t kForPairs = 300;
constexpr std::size_t kForTriples = 60;

std::uint32_t time_of(const FirstTimes& times, EventTable::Number number) {
  return number < times.size() ? times[number] : kNever;
}

/// The first came, and the second later or never: an order that was in force would not have shown.
bool obeys(const FirstTimes& times, const OrderConstraint& c) {
  const std::uint32_t before = time_of(times, c.before);
  return before != kNever && before < time_of(times, c.after);
}

/// The second came first.
bool disobeys(const FirstTimes& times, const OrderConstraint& c) {
  const std::uint32_t before = time_of(times, c.before);
  return before != kNever && time_of(times, c.after) < before;
}

bool touches_memory(const ForcedEvent& e) {
  return e.verb == verb::kReads || e.verb == verb::kWrites;
}

bool same_subject(const ForcedEvent& a, const ForcedEvent& b) {
  return std::tie(a.actor, a.role, a.number) == std::tie(b.actor, b.role, b.number);
}

/// Orders that say why come first: a write and what it meets. Then functions and operations that
/// people know by name; a read by itself says little, a lock less.
int cost_of(const ForcedEvent& event) {
  int kind = 2;
  if (event.verb == verb::kReads) kind = 3;
  if (event.verb == verb::kLocks) kind = 4;
  if (event.verb == verb::kUnlocks) kind = 5;
  return kind + (event.object.find(',') != std::string::npos ? 1 : 0);
}

int cost_of(const ForcedEvent& before, const ForcedEvent& after) {
  const bool meet = touches_memory(before) && touches_memory(after) &&
                    before.object == after.object &&
                    (before.verb == verb::kWrites || after.verb == verb::kWrites);
  return cost_of(before) + cost_of(after) - (meet ? 3 : 0);
}

bool covers(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b,
            const std::vector<std::uint64_t>& c, const std::vector<std::uint64_t>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((a[i] | b[i] | c[i]) != all[i]) return false;
  }
  return true;
}

}  // namespace

void ConstraintSearch::start_from(FirstTimes failing) {
  failing_.insert(failing_.begin(), std::move(failing));
}

void ConstraintSearch::ban(std::vector<OrderConstraint> constraints) {
  std::ranges::sort(constraints);
  banned_.insert(std::move(constraints));
}

bool ConstraintSearch::is_banned(std::vector<OrderConstraint> constraints) const {
  std::ranges::sort(constraints);
  return banned_.contains(constraints);
}

std::int64_t ConstraintSearch::rank_of(const OrderConstraint& c) const {
  const auto obeying =
      std::ranges::count_if(failing_, [&](const FirstTimes& times) { return obeys(times, c); });
  const auto all = static_cast<std::int64_t>(failing_.size());
  const std::int64_t tenths_lost = (all - obeying) * 10 / all;
  if (c == preferred_) return tenths_lost * 100 * 1'000'000;
  int cost = cost_of(table_.event(c.before), table_.event(c.after));
  const std::uint32_t last = time_of(failing_.front(), c.after);
  if (last == kNever) cost += 2;
  const std::int64_t distance = last - failing_.front()[c.before];
  return (tenths_lost * 100 + cost) * 1'000'000 + std::min<std::int64_t>(distance, 999'999);
}

std::vector<ConstraintSearch::Choice> ConstraintSearch::choices() const {
  std::vector<Choice> all;
  const auto known = static_cast<EventTable::Number>(table_.size());
  for (EventTable::Number before = 0; before < known; ++before) {
    for (EventTable::Number after = 0; after < known; ++after) {
      const OrderConstraint c{before, after};
      if (!obeys(failing_.front(), c)) continue;
      if (same_subject(table_.event(before), table_.event(after))) continue;
      Choice choice;
      choice.constraint = c;
      choice.excluded.resize((passing_.size() + 63) / 64);
      for (std::size_t i = 0; i < passing_.size(); ++i) {
        if (!disobeys(passing_[i], c)) continue;
        choice.excluded[i / 64] |= std::uint64_t{1} << (i % 64);
        ++choice.count;
      }
      if (choice.count == 0) continue;
      choice.rank = rank_of(c);
      all.push_back(std::move(choice));
    }
  }
  std::ranges::sort(all, [](const Choice& a, const Choice& b) {
    return a.count != b.count ? a.count > b.count : a.rank < b.rank;
  });
  return all;
}

ConstraintSearch::Answer ConstraintSearch::fewest(std::size_t most) const {
  Answer answer;
  if (passing_.empty()) {
    answer.why_none = fmt::format(
        "none of {} executions obeys the law, whatever the order: there is nothing to constrain",
        failing_.size());
    return answer;
  }
  const std::vector<Choice> all = choices();
  std::vector<std::uint64_t> everything((passing_.size() + 63) / 64);
  for (std::size_t i = 0; i < passing_.size(); ++i) {
    everything[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  const std::vector<std::uint64_t> nothing(everything.size());
  std::int64_t best = INT64_MAX;
  const auto consider = [&](std::vector<const Choice*> set) {
    std::int64_t rank = 0;
    std::vector<OrderConstraint> constraints;
    for (const Choice* choice : set) {
      rank += choice->rank;
      constraints.push_back(choice->constraint);
    }
    if (rank >= best || is_banned(constraints)) return;
    best = rank;
    answer.constraints = std::move(constraints);
    std::ranges::sort(answer.constraints);
  };
  for (const Choice& a : all) {
    if (a.count == passing_.size()) consider({&a});
  }
  // Of those that exclude the same samples the best few do.
  std::vector<const Choice*> strongest;
  std::map<std::vector<std::uint64_t>, int> alike;
  for (const Choice& c : all) {
    if (strongest.size() < kForPairs && alike[c.excluded]++ < 3) strongest.push_back(&c);
  }
  const std::size_t n = strongest.size();
  for (std::size_t i = 0; i < n && most >= 2 && answer.constraints.empty(); ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      if (covers(strongest[i]->excluded, strongest[j]->excluded, nothing, everything)) {
        consider({strongest[i], strongest[j]});
      }
    }
  }
  const std::size_t few = std::min(n, kForTriples);
  for (std::size_t i = 0; i < few && most >= 3 && answer.constraints.empty(); ++i) {
    for (std::size_t j = i + 1; j < few; ++j) {
      for (std::size_t k = j + 1; k < few; ++k) {
        if (covers(strongest[i]->excluded, strongest[j]->excluded, strongest[k]->excluded,
                   everything)) {
          consider({strongest[i], strongest[j], strongest[k]});
        }
      }
    }
  }
  if (answer.constraints.empty()) {
    answer.why_none = fmt::format(
        "no {} orders of two events separate the {} failing samples from the {} passing ones", most,
        failing_.size(), passing_.size());
  }
  return answer;
}

}  // namespace onhook
