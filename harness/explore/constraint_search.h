// SPDX-License-Identifier: GPL-3.0-or-later
// The fewest constraints "A before B" that separate executions that fail from those that pass, by
// samples of both. Pure: it runs nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/explore/observation.h"

namespace onhook {

struct OrderConstraint {
  EventTable::Number before = 0;
  EventTable::Number after = 0;
  friend auto operator<=>(const OrderConstraint&, const OrderConstraint&) = default;
};

class ConstraintSearch {
 public:
  /// The table describes the events of the samples; it may grow meanwhile.
  explicit ConstraintSearch(const EventTable& table) : table_(table) {}

  /// The execution that the constraints are to be true of.
  void start_from(FirstTimes failing);
  void add_failing(FirstTimes first) { failing_.push_back(std::move(first)); }
  void add_passing(FirstTimes first) { passing_.push_back(std::move(first)); }
  std::size_t samples() const { return failing_.size() + passing_.size(); }

  /// Among constraints that are true of as many failing samples, this one comes first.
  void prefer(const OrderConstraint& constraint) { preferred_ = constraint; }
  /// Never answers this set again.
  void ban(std::vector<OrderConstraint> constraints);

  struct Answer {
    std::vector<OrderConstraint> constraints;  ///< sorted; empty: there are none
    std::string why_none;
  };
  /// At most `most` constraints that the first failing sample obeys and no passing sample does. A
  /// passing sample disobeys one when both events happened in it, the second first: an event that
  /// never comes unless the law is broken separates nothing. Among sets of one size: true of most
  /// failing samples first, then about one object, then events close to each other.
  Answer fewest(std::size_t most) const;

 private:
  struct Choice {
    OrderConstraint constraint;
    std::vector<std::uint64_t> excluded;  // bits: passing samples that disobey
    std::size_t count = 0;
    std::int64_t rank = 0;  // smaller is better
  };
  std::vector<Choice> choices() const;
  std::int64_t rank_of(const OrderConstraint& constraint) const;
  bool is_banned(std::vector<OrderConstraint> constraints) const;

  const EventTable& table_;
  std::vector<FirstTimes> failing_;  // the first is what was started from
  std::vector<FirstTimes> passing_;
  std::set<std::vector<OrderConstraint>> banned_;
  std::optional<OrderConstraint> preferred_;
};

}  // namespace onhook
