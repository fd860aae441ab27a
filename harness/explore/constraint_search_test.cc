// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/constraint_search.h"

#include <gtest/gtest.h>

#include "harness/base/strings.h"

namespace onhook {
namespace {

using Numbers = std::vector<EventTable::Number>;

/// Events 0, 1, 2, ... of threads of their own, each one writing an object of its own.
class ConstraintSearchTest : public ::testing::Test {
 protected:
  ConstraintSearchTest() {
    for (int i = 0; i < 6; ++i) {
      const std::string name = "t" + std::to_string(i);
      table_.number_of({intern(name), intern("writes"), intern(name)}, [&] {
        return ForcedEvent{"", name, 1, "writes", name};
      });
    }
  }

  /// First times of an execution in which these events came in this order.
  static FirstTimes in_order(const Numbers& events) {
    FirstTimes times(6, kNever);
    for (std::size_t i = 0; i < events.size(); ++i) {
      times[events[i]] = static_cast<std::uint32_t>(i);
    }
    return times;
  }

  EventTable table_;
  ConstraintSearch search_{table_};
};

TEST_F(ConstraintSearchTest, finds_the_order_that_no_passing_execution_has) {
  search_.start_from(in_order({0, 1, 2}));
  search_.add_passing(in_order({2, 0, 1}));
  search_.add_passing(in_order({0, 2, 1}));
  EXPECT_EQ(search_.fewest(3).constraints, (std::vector<OrderConstraint>{{1, 2}}));
}

TEST_F(ConstraintSearchTest, takes_two_where_one_is_not_enough) {
  search_.start_from(in_order({0, 1, 2, 3}));
  search_.add_passing(in_order({1, 0, 2, 3}));
  search_.add_passing(in_order({0, 1, 3, 2}));
  EXPECT_EQ(search_.fewest(3).constraints, (std::vector<OrderConstraint>{{0, 1}, {2, 3}}));
  EXPECT_TRUE(search_.fewest(1).constraints.empty());
}

TEST_F(ConstraintSearchTest, takes_three_where_two_are_not_enough) {
  search_.start_from(in_order({0, 1, 2, 3, 4, 5}));
  search_.add_passing(in_order({1, 0, 2, 3, 4, 5}));
  search_.add_passing(in_order({0, 1, 3, 2, 4, 5}));
  search_.add_passing(in_order({0, 1, 2, 3, 5, 4}));
  EXPECT_EQ(search_.fewest(3).constraints, (std::vector<OrderConstraint>{{0, 1}, {2, 3}, {4, 5}}));
  EXPECT_TRUE(search_.fewest(2).constraints.empty());
}

TEST_F(ConstraintSearchTest, does_not_separate_by_what_only_failing_executions_do) {
  search_.start_from(in_order({0, 1, 5}));
  search_.add_passing(in_order({0, 1}));
  const ConstraintSearch::Answer answer = search_.fewest(3);
  EXPECT_TRUE(answer.constraints.empty());
  EXPECT_EQ(answer.why_none,
            "no 3 orders of two events separate the 1 failing samples from the 1 passing ones");
}

TEST_F(ConstraintSearchTest, uses_what_the_failing_execution_never_came_to) {
  search_.start_from(in_order({0}));
  search_.add_passing(in_order({1, 0}));
  EXPECT_EQ(search_.fewest(3).constraints, (std::vector<OrderConstraint>{{0, 1}}));
}

TEST_F(ConstraintSearchTest, prefers_what_is_true_of_more_failing_executions) {
  search_.start_from(in_order({0, 1, 2}));
  search_.add_passing(in_order({2, 1, 0}));
  EXPECT_EQ(search_.fewest(3).constraints, (std::vector<OrderConstraint>{{0, 1}}));
  for (int i = 0; i < 10; ++i) search_.add_failing(in_order({1, 2, 0}));
  EXPECT_EQ(search_.fewest(3).constraints, (std::vector<OrderConstraint>{{1, 2}}));
}

TEST_F(ConstraintSearchTest, takes_the_one_that_it_was_told_to_prefer) {
  search_.start_from(in_order({0, 1, 2}));
  search_.add_passing(in_order({2, 1, 0}));
  search_.prefer({0, 2});
  EXPECT_EQ(search_.fewest(3).constraints, (std::vector<OrderConstraint>{{0, 2}}));
}

TEST_F(ConstraintSearchTest, learns_from_what_it_is_told_to_leave_out) {
  search_.start_from(in_order({0, 1, 2}));
  search_.add_passing(in_order({2, 1, 0}));
  const std::vector<OrderConstraint> first = search_.fewest(1).constraints;
  ASSERT_EQ(first.size(), 1u);
  search_.ban(first);
  const std::vector<OrderConstraint> second = search_.fewest(1).constraints;
  ASSERT_EQ(second.size(), 1u);
  EXPECT_NE(first, second);
}

TEST_F(ConstraintSearchTest, has_no_answer_without_a_passing_execution) {
  search_.start_from(in_order({0, 1}));
  EXPECT_EQ(
      search_.fewest(3).why_none,
      "none of 1 executions obeys the law, whatever the order: there is nothing to constrain");
}

}  // namespace
}  // namespace onhook
