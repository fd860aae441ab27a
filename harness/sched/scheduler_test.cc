// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/sched/scheduler.h"

#include <gtest/gtest.h>

#include <set>

#include "harness/sched/testing.h"

namespace onhook {
namespace {

constexpr TimeNs kSecond = 1'000'000'000;

Operation visible() {
  Operation op;
  op.kind = OpKind::atomic_rmw;
  op.access = Access::write;
  op.object = 1;
  return op;
}

Operation announce(const char* verb, Timer timer = {}) {
  Operation op;
  op.kind = OpKind::announce;
  op.verb = intern(verb);
  op.timer = timer;
  return op;
}

TEST(Scheduler, runs_every_thread_to_its_end) {
  testing::BareWorld world(1);
  int done = 0;
  for (int i = 0; i < 3; ++i) {
    world.scheduler.spawn("t", "", [&] {
      for (int k = 0; k < 5; ++k) world.scheduler.perform(visible());
      ++done;
    });
  }
  EXPECT_EQ(world.scheduler.run(), End::quiescent);
  EXPECT_EQ(done, 3);
}

TEST(Scheduler, reaches_both_orders_of_two_steps) {
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    testing::BareWorld world(seed);
    std::string order;
    for (const char* name : {"a", "b"}) {
      world.scheduler.spawn(name, "", [&, name] {
        world.scheduler.perform(visible());
        order += name;
      });
    }
    world.scheduler.run();
    orders.insert(order);
  }
  EXPECT_EQ(orders, (std::set<std::string>{"ab", "ba"}));
}

TEST(Scheduler, lets_time_pass_only_when_nobody_is_ready) {
  testing::BareWorld world(1);
  std::vector<TimeNs> seen;
  world.scheduler.spawn("sleeper", "", [&] {
    Operation op;
    op.kind = OpKind::sleep;
    op.timer = {kSecond, kSecond};
    EXPECT_EQ(world.scheduler.perform(op), Wake::timeout);
    seen.push_back(world.scheduler.now());
  });
  world.scheduler.spawn("worker", "", [&] {
    for (int i = 0; i < 100; ++i) world.scheduler.perform(visible());
    seen.push_back(world.scheduler.now());
  });
  world.scheduler.run();
  EXPECT_EQ(seen, (std::vector<TimeNs>{0, kSecond}));
}

TEST(Scheduler, fires_a_window_before_and_after_an_exact_timer_but_never_past_its_latest) {
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    testing::BareWorld world(seed);
    world.scheduler.spawn("window", "", [&] {
      world.scheduler.perform(announce("window", {0, 2 * kSecond}));
    });
    world.scheduler.spawn("early", "", [&] {
      world.scheduler.perform(announce("early", {kSecond, kSecond}));
    });
    world.scheduler.spawn("late", "", [&] {
      world.scheduler.perform(announce("late", {3 * kSecond, 3 * kSecond}));
    });
    world.scheduler.run();
    std::string order;
    for (const std::string& fact : world.facts.facts) {
      if (fact.find("starts") == std::string::npos && fact.find("exits") == std::string::npos) {
        order += fact.substr(0, 1);
      }
    }
    orders.insert(order);
  }
  EXPECT_EQ(orders, (std::set<std::string>{"wel", "ewl"}));
}

TEST(Scheduler, calls_two_threads_that_hold_each_others_lock_a_deadlock) {
  testing::BareWorld world(1);
  world.scheduler.spawn("stuck", "", [&] {
    Operation op;
    op.kind = OpKind::lock;
    op.ready = [](void*) { return false; };
    world.scheduler.perform(op);
  });
  EXPECT_EQ(world.scheduler.run(), End::deadlock);
}

TEST(Scheduler, calls_an_idle_handler_quiescent) {
  testing::BareWorld world(1);
  world.scheduler.spawn("handler", "", [&] {
    Operation op;
    op.kind = OpKind::queue_pop;
    op.ready = [](void*) { return false; };
    world.scheduler.perform(op);
  });
  EXPECT_EQ(world.scheduler.run(), End::quiescent);
}

TEST(Scheduler, stops_an_endless_loop) {
  testing::BareWorld world(1);
  world.scheduler.set_limits({.steps = 1000});
  world.scheduler.spawn("loop", "", [&] {
    for (;;) world.scheduler.perform(visible());
  });
  EXPECT_EQ(world.scheduler.run(), End::step_limit);
}

TEST(Scheduler, resumes_a_paused_world_where_it_paused) {
  testing::BareWorld world(1);
  int phase = 0;
  world.scheduler.spawn("main", "", [&] {
    phase = 1;
    world.scheduler.pause();
    phase = 2;
  });
  EXPECT_EQ(world.scheduler.run(), End::none);
  EXPECT_EQ(phase, 1);
  EXPECT_EQ(world.scheduler.run(), End::quiescent);
  EXPECT_EQ(phase, 2);
}

/// Events by verb: "a" is 0, "b" is 1.
class ByVerb : public EventMatcher {
 public:
  int match(const Thread&, StringId, StringId verb, StringId) override {
    return text_of(verb) == "a" ? 0 : text_of(verb) == "b" ? 1 : -1;
  }
};

TEST(Scheduler, holds_an_event_back_until_its_predecessor_has_happened) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    testing::BareWorld world(seed);
    ByVerb matcher;
    world.scheduler.set_matcher(&matcher);
    EventOrder order;
    order.predecessors[0] = 1u << 1;  // b before a
    world.scheduler.set_order(order);
    for (const char* verb : {"a", "b"}) {
      world.scheduler.spawn(verb, "", [&, verb] { world.scheduler.perform(announce(verb)); });
    }
    EXPECT_EQ(world.scheduler.run(), End::quiescent);
    std::string happened;
    for (const std::string& fact : world.facts.facts) {
      if (fact.ends_with(" a ") || fact.ends_with(" b ")) happened += fact[fact.size() - 2];
    }
    EXPECT_EQ(happened, "ba");
  }
}

TEST(Scheduler, holds_what_is_told_later_back_and_leaves_it_to_be_told) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    testing::BareWorld world(seed);
    ByVerb matcher;
    world.scheduler.set_matcher(&matcher);
    EventOrder order;
    order.predecessors[0] = 1u << 1;  // b before a
    world.scheduler.set_order(order);
    bool b_happened = false;
    world.scheduler.spawn("a", "", [&] {
      Operation op = announce("a");
      op.told_later = true;
      EXPECT_TRUE(world.scheduler.is_awaited(op));
      EXPECT_FALSE(world.scheduler.is_awaited(announce("c")));
      world.scheduler.perform(op);
      EXPECT_TRUE(b_happened);
      EXPECT_FALSE(world.scheduler.is_awaited(op)) << "it has happened";
    });
    world.scheduler.spawn("b", "", [&] {
      world.scheduler.perform(announce("b"));
      b_happened = true;
    });
    EXPECT_EQ(world.scheduler.run(), End::quiescent);
    EXPECT_EQ(world.scheduler.order().happened, 3u);
    for (const std::string& fact : world.facts.facts) EXPECT_FALSE(fact.ends_with(" a ")) << fact;
  }
}

TEST(Scheduler, gives_a_path_up_when_only_a_held_event_is_left) {
  testing::BareWorld world(1);
  ByVerb matcher;
  world.scheduler.set_matcher(&matcher);
  EventOrder order;
  order.predecessors[0] = 1u << 1;
  world.scheduler.set_order(order);
  world.scheduler.spawn("a", "", [&] { world.scheduler.perform(announce("a")); });
  EXPECT_EQ(world.scheduler.run(), End::order_blocked);
  EXPECT_EQ(world.scheduler.held_events(), 1u);
}

}  // namespace
}  // namespace onhook
