// SPDX-License-Identifier: GPL-3.0-or-later
// The published numbers of inequivalent executions (Abdulla et al., JACM 2017, section 9; Flanagan,
// Godefroid, POPL 2005), from the algorithm alone: small programs on a bare scheduler.
#include "harness/strategy/dpor/dpor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <set>

#include "harness/base/prng.h"
#include "harness/sched/testing.h"
#include "harness/strategy/dpor/classes.h"

namespace onhook {
namespace {

/// The shared memory and the steps of a program under test.
class Program {
 public:
  explicit Program(Scheduler& scheduler) : scheduler_(scheduler) {}

  int load(int at) {
    step(OpKind::atomic_load, at, Access::read);
    return cells_[at];
  }
  void store(int at, int value) {
    step(OpKind::atomic_store, at, Access::write);
    cells_[at] = value;
  }
  bool swap_if(int at, int expected, int desired) {
    step(OpKind::atomic_rmw, at, Access::write);
    if (cells_[at] != expected) return false;
    cells_[at] = desired;
    return true;
  }
  void lock(int at) {
    Operation op = operation(OpKind::lock, at, Access::write);
    op.ready = [](void* cell) { return *static_cast<int*>(cell) == 0; };
    op.context = &cells_[at];
    scheduler_.perform(op);
    cells_[at] = 1;
  }
  bool try_lock(int at) {
    step(OpKind::try_lock, at, Access::write);
    if (cells_[at] != 0) return false;
    cells_[at] = 1;
    return true;
  }
  void unlock(int at) {
    scheduler_.perform_now(operation(OpKind::unlock, at, Access::write));
    cells_[at] = 0;
  }
  void post(int at) {
    Operation op = operation(OpKind::sem_post, at, Access::write);
    op.open = [](void* cell) { return *static_cast<int*>(cell) > 0; };
    op.context = &cells_[at];
    scheduler_.perform(op);
    ++cells_[at];
  }
  void wait(int at) {
    Operation op = operation(OpKind::sem_wait, at, Access::write);
    op.ready = [](void* cell) { return *static_cast<int*>(cell) > 0; };
    op.context = &cells_[at];
    scheduler_.perform(op);
    --cells_[at];
  }
  /// False when the time came first.
  bool wait_within(int at, TimeNs earliest, TimeNs latest) {
    Operation op = operation(OpKind::sem_wait, at, Access::write);
    op.ready = [](void* cell) { return *static_cast<int*>(cell) > 0; };
    op.context = &cells_[at];
    op.timer = {earliest, latest};
    if (scheduler_.perform(op) == Wake::timeout) return false;
    --cells_[at];
    return true;
  }
  void yield() {
    Operation op;
    op.kind = OpKind::yield;
    scheduler_.perform(op);
  }
  ThreadId later(TimeNs earliest, TimeNs latest, std::function<void()> body) {
    Operation op;
    op.kind = OpKind::sleep;
    op.timer = {earliest, latest};
    return scheduler_.spawn_at("timer", op, std::move(body)).id;
  }
  void call_off(ThreadId timer) { scheduler_.call_off(timer); }
  void sleep(TimeNs earliest, TimeNs latest) {
    Operation op;
    op.kind = OpKind::sleep;
    op.timer = {earliest, latest};
    scheduler_.perform(op);
  }
  unsigned choose(unsigned n) { return scheduler_.choose("value", n); }
  void spawn(std::function<void()> body) { scheduler_.spawn("t", "", std::move(body)); }
  /// Without a step for its end.
  void spawn_short(std::function<void()> body) {
    Operation start;
    start.kind = OpKind::thread_start;
    scheduler_.spawn_at("t", start, std::move(body));
  }

  int cells_[512] = {};

 private:
  Operation operation(OpKind kind, int at, Access access) {
    Operation op;
    op.kind = kind;
    op.access = access;
    op.object = 0x100000u + 64u * static_cast<unsigned>(at);
    op.size = 4;
    return op;
  }
  void step(OpKind kind, int at, Access access) { scheduler_.perform(operation(kind, at, access)); }

  Scheduler& scheduler_;
};

struct Explored {
  std::uint64_t executions = 0;
  std::uint64_t cut = 0;               ///< by a bound
  std::set<std::vector<int>> results;  ///< final values of cells 0..7
  std::uint64_t wasted = 0;
  bool complete = false;
};

/// Stops after `limit` executions.
Explored explore(const std::function<void(Program&)>& main, Strategy& strategy,
                 std::uint64_t limit = ~std::uint64_t{0}, const SchedulerLimits& limits = {}) {
  Explored explored;
  while (Chooser* plan = strategy.next()) {
    if (explored.executions + explored.cut >= limit) return explored;
    testing::BareWorld world(1);
    world.scheduler.set_chooser(*plan);
    world.scheduler.set_limits(limits);
    Program program(world.scheduler);
    world.scheduler.spawn("main", "", [&] { main(program); });
    const End end = world.scheduler.run();
    explored.executions += is_execution(end);
    explored.cut += is_cut(end);
    explored.wasted += end == End::stopped;
    if (is_execution(end))
      explored.results.insert(std::vector<int>(program.cells_, program.cells_ + 8));
    strategy.finished({is_execution(end), false});
  }
  explored.complete = strategy.complete();
  return explored;
}

std::uint64_t inequivalent(const std::function<void(Program&)>& main) {
  DporStrategy strategy;
  const Explored explored = explore(main, strategy);
  EXPECT_TRUE(explored.complete);
  EXPECT_EQ(explored.wasted, 0u);
  return explored.executions;
}

std::uint64_t readers(int n) {
  return inequivalent([=](Program& p) {
    p.spawn([&p] { p.store(0, 1); });
    for (int i = 0; i < n; ++i) p.spawn([&p] { p.load(0); });
  });
}

std::uint64_t last_zero(int n) {
  return inequivalent([=](Program& p) {
    p.spawn([&p, n] {
      int i = n;
      while (p.load(i) != 0) --i;
    });
    for (int j = 1; j <= n; ++j) {
      p.spawn([&p, j] { p.store(j, p.load(j - 1) + 1); });
    }
  });
}

std::uint64_t indexer(int n) {
  return inequivalent([=](Program& p) {
    for (int tid = 0; tid < n; ++tid) {
      p.spawn([&p, tid] {
        for (int m = 1; m <= 4; ++m) {
          const int w = m * 11 + tid;
          int h = (w * 7) % 128;
          while (!p.swap_if(h, 0, w)) h = (h + 1) % 128;
        }
      });
    }
  });
}

std::uint64_t filesystem(int n) {
  constexpr int kInode = 0, kBusy = 64, kLockI = 128, kLockB = 192;
  return inequivalent([=](Program& p) {
    for (int tid = 0; tid < n; ++tid) {
      p.spawn([&p, tid] {
        const int i = tid % 32;
        p.lock(kLockI + i);
        if (p.cells_[kInode + i] == 0) {
          for (int b = (i * 2) % 26;; b = (b + 1) % 26) {
            p.lock(kLockB + b);
            if (p.cells_[kBusy + b] == 0) {
              p.cells_[kBusy + b] = 1;
              p.cells_[kInode + i] = b + 1;
              p.unlock(kLockB + b);
              break;
            }
            p.unlock(kLockB + b);
          }
        }
        p.unlock(kLockI + i);
      });
    }
  });
}

std::uint64_t one_mutex(int threads, int times) {
  return inequivalent([=](Program& p) {
    for (int t = 0; t < threads; ++t) {
      p.spawn([&p, times] {
        for (int k = 0; k < times; ++k) {
          p.lock(0);
          p.unlock(0);
        }
      });
    }
  });
}

TEST(Dpor, explores_each_set_of_early_readers_once) {
  EXPECT_EQ(readers(2), 4u);
  EXPECT_EQ(readers(8), 256u);
}

TEST(Dpor, counts_lastzero_as_published) {
  EXPECT_EQ(last_zero(5), 64u);
  EXPECT_EQ(last_zero(10), 3328u);
}

TEST(Dpor, counts_indexer_as_published) { EXPECT_EQ(indexer(12), 8u); }

TEST(Dpor, counts_filesystem_as_published) {
  EXPECT_EQ(filesystem(14), 2u);
  EXPECT_EQ(filesystem(16), 8u);
  EXPECT_EQ(filesystem(18), 32u);
  EXPECT_EQ(filesystem(19), 64u);
}

TEST(Dpor, counts_the_orders_of_one_lock) {
  EXPECT_EQ(one_mutex(2, 2), 6u);
  EXPECT_EQ(one_mutex(3, 2), 90u);
  EXPECT_EQ(one_mutex(3, 3), 1680u);
  EXPECT_EQ(one_mutex(4, 2), 2520u);
}

TEST(Dpor, tries_every_value_of_a_choice_once) {
  EXPECT_EQ(inequivalent([](Program& p) {
              p.spawn([&p] {
                p.store(0, 1);
                p.choose(3);
                p.choose(2);
              });
              p.spawn([&p] { p.load(0); });
            }),
            12u);
}

TEST(Dpor, sees_that_a_semaphore_must_be_posted_first) {
  EXPECT_EQ(inequivalent([](Program& p) {
              p.spawn([&p] { p.post(0); });
              p.spawn([&p] { p.wait(0); });
            }),
            1u);
  EXPECT_EQ(inequivalent([](Program& p) {
              for (int i = 0; i < 2; ++i) p.spawn([&p] { p.post(0); });
              for (int i = 0; i < 2; ++i) p.spawn([&p] { p.wait(0); });
            }),
            // post wait post wait, or both posts first, each with two orders of the posts and the
            // waits.
            8u);
}

/// Threads of a few random steps on three cells, two locks and a semaphore; every second program
/// has timers as well: sleeps and waits with windows, timers that are called off, yields.
bool has_timers(std::uint64_t seed) { return seed % 2 == 1; }
void random_program(Program& p, std::uint64_t seed) {
  Prng shape(seed);
  const bool timers = has_timers(seed);
  const int threads = 2 + static_cast<int>(shape.below(2));
  for (int t = 0; t < threads; ++t) {
    const std::uint64_t steps = 1 + shape.below(threads == 2 ? 3 : 2);
    const std::uint64_t thread_seed = shape.next();
    p.spawn_short([&p, steps, thread_seed, timers] {
      Prng prng(thread_seed);
      for (std::uint64_t s = 0; s < steps; ++s) {
        const int cell = static_cast<int>(prng.below(2));
        switch (prng.below(timers ? 15 : 9)) {
          case 0:
            p.load(cell);
            break;
          case 1:
            p.store(cell, static_cast<int>(prng.below(3)) + 1);
            break;
          case 2:
            if (p.load(cell) > 1) p.store(1 - cell, 1);
            break;
          case 3:
            p.lock(10 + cell);
            p.load(cell);
            p.unlock(10 + cell);
            break;
          case 4:
            p.lock(10 + cell);
            p.unlock(10 + cell);
            break;
          case 5:
            p.post(20);
            break;
          case 6:
            p.wait(20);
            break;
          case 9:
            p.sleep(0, 5);
            break;
          case 10:
            p.sleep(1 + static_cast<TimeNs>(prng.below(2)), 2);
            break;
          case 11:
            p.store(cell, p.wait_within(20, static_cast<TimeNs>(prng.below(2)), 3) ? 1 : 2);
            break;
          case 12:
            p.later(static_cast<TimeNs>(prng.below(2)), 2, [&p, cell] { p.store(cell, 4); });
            break;
          case 13: {
            const ThreadId timer = p.later(0, 1, [&p, cell] { p.store(cell, 5); });
            p.load(1 - cell);
            p.call_off(timer);
            break;
          }
          case 14:
            p.yield();
            break;
          case 7:
            p.lock(10 + cell);
            p.lock(11 - cell);
            p.unlock(11 - cell);
            p.unlock(10 + cell);
            break;
          default:
            p.store(2, static_cast<int>(p.choose(2)));
            break;
        }
      }
    });
  }
}

TEST(Dpor, explores_each_class_of_random_programs_exactly_once) {
  const char* soak = std::getenv("ONHOOK_SOAK");
  const std::uint64_t last = soak != nullptr ? std::strtoull(soak, nullptr, 10) : 100;
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= last; ++seed) {
    const auto main = [seed](Program& p) { random_program(p, seed); };
    ClassesStrategy classes;
    const Explored all = explore(main, classes, 1500);
    if (!all.complete) continue;  // too large for a search without reduction
    DporStrategy dpor;
    const Explored reduced = explore(main, dpor);
    ++compared;
    ASSERT_TRUE(reduced.complete) << "seed " << seed;
    ASSERT_EQ(reduced.executions, classes.inequivalent()) << "seed " << seed;
    // Whether a timer can still go off elsewhere is not always known before it is tried.
    ASSERT_TRUE(has_timers(seed) || reduced.wasted == 0) << "seed " << seed;
    ASSERT_EQ(reduced.results, all.results) << "seed " << seed;
  }
  EXPECT_GT(compared, 15);
}

/// Compares the reduced search with plain depth-first search under the same bounds. True when they
/// keep some of the executions from the program, and leave some.
bool compare_bounded(const std::function<void(Program&)>& main, const SchedulerLimits& limits) {
  ClassesStrategy classes;
  const Explored all = explore(main, classes, 1500, limits);
  if (!all.complete) return false;
  DporStrategy dpor;
  const Explored reduced = explore(main, dpor, ~std::uint64_t{0}, limits);
  EXPECT_TRUE(reduced.complete);
  EXPECT_EQ(reduced.executions, classes.inequivalent());
  EXPECT_EQ(reduced.results, all.results);
  EXPECT_EQ(reduced.cut > 0, all.cut > 0);
  ClassesStrategy unbounded;
  return all.executions > 0 && explore(main, unbounded, 1500).executions != all.executions;
}

TEST(Dpor, explores_each_class_within_a_bound_on_steps_exactly_once) {
  const char* soak = std::getenv("ONHOOK_SOAK");
  const std::uint64_t last = soak != nullptr ? std::strtoull(soak, nullptr, 10) : 60;
  for (const std::uint32_t steps : {7u, 8u}) {
    SchedulerLimits limits;
    limits.turns = steps;
    int bounded = 0;
    for (std::uint64_t seed = 1; seed <= last; ++seed) {
      SCOPED_TRACE(seed);
      bounded += compare_bounded([seed](Program& p) { random_program(p, seed); }, limits);
    }
    EXPECT_GT(bounded, 1) << steps << " steps";
  }
}

TEST(Dpor, explores_each_class_within_a_bound_on_timeouts_exactly_once) {
  for (const std::uint32_t timeouts : {0u, 1u, 2u}) {
    SchedulerLimits limits;
    limits.timeouts = timeouts;
    int bounded = 0;
    for (int shape = 0; shape < 8; ++shape) {
      SCOPED_TRACE(shape);
      const auto main = [shape](Program& p) {
        for (int waiter = 0; waiter < 1 + shape % 2; ++waiter) {
          p.spawn_short([&p, shape, waiter] {
            for (int i = 0; i < 2 + shape / 4; ++i) {
              p.store(waiter, p.wait_within(20, 0, 3) ? 1 : 2);
            }
          });
        }
        p.spawn_short([&p, shape] {
          for (int i = 0; i < 2 + shape / 2 % 2; ++i) p.post(20);
        });
      };
      bounded += compare_bounded(main, limits);
    }
    EXPECT_GT(bounded, 0) << timeouts << " timeouts";
  }
}

TEST(Dpor, finds_behind_a_loop_without_end_what_fits_into_the_bound) {
  // The first execution goes round until it is cut; what ends the loop has to come before that.
  const auto main = [](Program& p) {
    p.spawn_short([&p] {
      while (p.load(0) == 0) {
      }
    });
    p.spawn_short([&p] {
      p.store(1, 1);
      p.store(0, 1);
    });
  };
  SchedulerLimits limits;
  limits.turns = 12;
  ClassesStrategy classes;
  const Explored all = explore(main, classes, ~std::uint64_t{0}, limits);
  DporStrategy dpor;
  const Explored reduced = explore(main, dpor, ~std::uint64_t{0}, limits);
  EXPECT_GT(all.cut, 0u);
  EXPECT_GT(classes.inequivalent(), 3u);
  EXPECT_EQ(reduced.executions, classes.inequivalent());
}

}  // namespace
}  // namespace onhook
