// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/sched/time_zone.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "harness/base/prng.h"

namespace onhook {
namespace {

TEST(TimeZoneTest, exact_timers_go_off_in_the_order_of_their_times) {
  TimeZone zone;
  const auto five = zone.arm(5, 5);
  const auto three = zone.arm(3, 3);
  EXPECT_FALSE(zone.may_fire_next(five));
  ASSERT_TRUE(zone.may_fire_next(three));
  EXPECT_TRUE(zone.fire_next(three));
  EXPECT_EQ(zone.earliest_now(), 3);
  EXPECT_EQ(zone.latest_now(), 3);
  zone.fire_next(five);
  EXPECT_EQ(zone.earliest_now(), 5);
  EXPECT_EQ(zone.armed(), 0u);
}

TEST(TimeZoneTest, windows_that_overlap_go_off_in_both_orders_and_others_in_one) {
  TimeZone zone;
  const auto early = zone.arm(0, 5);
  const auto middle = zone.arm(5, 9);
  const auto late = zone.arm(6, 6);
  EXPECT_TRUE(zone.may_fire_next(early));
  EXPECT_TRUE(zone.may_fire_next(middle));  // both at 5
  EXPECT_FALSE(zone.may_fire_next(late));
  EXPECT_TRUE(zone.may_fire_now(early));
  EXPECT_FALSE(zone.may_fire_now(middle));
}

TEST(TimeZoneTest, what_came_first_is_placed_late_enough_for_what_came_next) {
  // The window ends somewhere in 0..5, then 1 goes by: is that before 3?
  TimeZone before;
  auto fixed = before.arm(3, 3);
  before.fire_next(before.arm(0, 5));
  auto one_more = before.arm(1, 1);
  EXPECT_TRUE(before.may_fire_next(one_more));
  ASSERT_TRUE(before.may_fire_next(fixed));
  EXPECT_EQ(before.earliest_now(), 0);
  before.fire_next(fixed);
  EXPECT_EQ(before.earliest_now(), 3);
  before.fire_next(one_more);
  EXPECT_EQ(before.earliest_now(), 3);
  EXPECT_EQ(before.latest_now(), 4);
}

TEST(TimeZoneTest, reading_the_clock_decides) {
  TimeZone zone;
  const auto fixed = zone.arm(3, 3);
  zone.fire_next(zone.arm(0, 5));
  EXPECT_EQ(zone.latest_now(), 3);
  EXPECT_TRUE(zone.undecided(2));
  EXPECT_TRUE(zone.read());
  EXPECT_FALSE(zone.read());
  EXPECT_EQ(zone.latest_now(), 0);
  const auto one_more = zone.arm(1, 1);
  EXPECT_FALSE(zone.may_fire_next(fixed));
  EXPECT_TRUE(zone.may_fire_next(one_more));
}

TEST(TimeZoneTest, absolute_times_stay_where_they_are) {
  TimeZone zone;
  const auto at_four = zone.arm_at(4);
  zone.fire_next(zone.arm(1, 2));
  const auto two_more = zone.arm(2, 2);
  EXPECT_TRUE(zone.may_fire_next(two_more));
  EXPECT_TRUE(zone.may_fire_next(at_four));  // 2 and 2 make 4
  zone.fire_next(at_four);
  EXPECT_EQ(zone.earliest_now(), 4);
  EXPECT_EQ(zone.latest_now(), 4);
  EXPECT_TRUE(zone.may_fire_now(zone.arm_at(1)));
}

TEST(TimeZoneTest, a_timer_that_goes_off_now_takes_no_time_from_the_others) {
  TimeZone zone;
  const auto other = zone.arm(2, 4);
  zone.fire_now(zone.arm(0, 5));
  EXPECT_EQ(zone.latest_now(), 0);
  EXPECT_EQ(zone.earliest_of(other), 2);
}

TEST(TimeZoneTest, a_limit_takes_times_away_and_says_so) {
  TimeZone zone;
  const auto window = zone.arm(2, 8);
  EXPECT_FALSE(zone.fire_next(window, 6));
  EXPECT_EQ(zone.latest_now(), 6);
  EXPECT_TRUE(zone.fire_next(zone.arm(0, 0), 6));
}

TEST(TimeZoneTest, moments_of_the_past_are_known_better_later) {
  TimeZone zone;
  const auto three = zone.arm(3, 3);
  zone.fire_next(zone.arm(0, 5));
  const auto then = zone.keep_now();
  const auto one_more = zone.arm(1, 1);
  EXPECT_EQ(zone.earliest_of(then), 0);
  zone.fire_next(three);
  EXPECT_EQ(zone.earliest_of(then), 2);
  zone.fire_next(one_more);
  EXPECT_EQ(zone.armed(), 0u);
  zone.disarm(then);
}

// The zone against the definition: every assignment of whole times is tried. Windows with whole
// bounds admit an order at some times if and only if at whole ones (Henzinger, Manna, Pnueli: "What
// good are digital clocks?", ICALP 1992).
struct TimerSpec {
  int parent;  ///< armed when that one goes off; -1: at the beginning
  int earliest, latest;
};

void add_orders(const std::vector<TimerSpec>& timers, std::vector<int>& times, std::size_t next,
                std::set<std::string>& orders) {
  if (next < timers.size()) {
    const TimerSpec& t = timers[next];
    const int from = t.parent < 0 ? 0 : times[static_cast<std::size_t>(t.parent)];
    for (int at = from + t.earliest; at <= from + t.latest; ++at) {
      times[next] = at;
      add_orders(timers, times, next + 1, orders);
    }
    return;
  }
  // Those at the same time go off in any order in which each is armed before.
  const auto go_on = [&](auto&& self, const std::string& done) -> void {
    if (done.size() == timers.size()) {
      orders.insert(done);
      return;
    }
    int soonest = INT32_MAX;
    std::vector<std::size_t> armed;
    for (std::size_t i = 0; i < timers.size(); ++i) {
      const auto name = [](std::size_t t) { return static_cast<char>('a' + t); };
      if (done.find(name(i)) != std::string::npos) continue;
      const int parent = timers[i].parent;
      if (parent >= 0 && done.find(name(static_cast<std::size_t>(parent))) == std::string::npos)
        continue;
      armed.push_back(i);
      soonest = std::min(soonest, times[i]);
    }
    for (std::size_t i : armed) {
      if (times[i] == soonest) self(self, done + static_cast<char>('a' + i));
    }
  };
  go_on(go_on, "");
}

void add_orders(const std::vector<TimerSpec>& timers, const TimeZone& zone,
                const std::map<std::size_t, TimeZone::Slot>& armed, const std::string& done,
                std::set<std::string>& orders) {
  if (done.size() == timers.size()) orders.insert(done);
  for (const auto& [timer, slot] : armed) {
    if (!zone.may_fire_next(slot)) continue;
    TimeZone then = zone;
    auto left = armed;
    left.erase(timer);
    then.fire_next(slot);
    for (std::size_t i = 0; i < timers.size(); ++i) {
      if (timers[i].parent == static_cast<int>(timer))
        left[i] = then.arm(timers[i].earliest, timers[i].latest);
    }
    add_orders(timers, then, left, done + static_cast<char>('a' + timer), orders);
  }
}

TEST(TimeZoneTest, admits_the_orders_that_some_assignment_of_times_has_and_no_others) {
  std::size_t orders_seen = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Prng prng(seed);
    std::vector<TimerSpec> timers(2 + prng.below(4));
    for (std::size_t i = 0; i < timers.size(); ++i) {
      timers[i].parent = static_cast<int>(prng.below(i + 1)) - 1;
      timers[i].earliest = static_cast<int>(prng.below(4));
      timers[i].latest = timers[i].earliest + static_cast<int>(prng.below(4));
    }
    std::vector<int> times(timers.size());
    std::set<std::string> expected;
    add_orders(timers, times, 0, expected);
    TimeZone zone;
    std::map<std::size_t, TimeZone::Slot> armed;
    for (std::size_t i = 0; i < timers.size(); ++i) {
      if (timers[i].parent < 0) armed[i] = zone.arm(timers[i].earliest, timers[i].latest);
    }
    std::set<std::string> admitted;
    add_orders(timers, zone, armed, "", admitted);
    ASSERT_EQ(admitted, expected) << "seed " << seed;
    orders_seen += expected.size();
  }
  EXPECT_GT(orders_seen, 1000u);
}

}  // namespace
}  // namespace onhook
