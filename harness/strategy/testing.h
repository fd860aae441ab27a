// SPDX-License-Identifier: GPL-3.0-or-later
// For the strategies' unit tests: threads that are lists of operations, run in a bare world under a
// strategy's plan, and the order in which the operations happened.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "harness/sched/testing.h"
#include "harness/strategy/strategy.h"

namespace onhook::testing {

/// One operation on an object, with a name for the test to read; the same name is the same
/// instruction.
struct Act {
  char name = '?';
  OpKind kind = OpKind::atomic_load;
  ObjectId object = 0;
};

inline Act load(char name, ObjectId object) { return {name, OpKind::atomic_load, object}; }
inline Act store(char name, ObjectId object) { return {name, OpKind::atomic_store, object}; }

/// What one thread does.
using Script = std::vector<Act>;

inline void act(Scheduler& scheduler, const Act& a) {
  Operation op;
  op.kind = a.kind;
  op.access = a.kind == OpKind::atomic_load ? Access::read : Access::write;
  op.object = a.object;
  op.pc = static_cast<std::uintptr_t>(a.name);
  scheduler.perform(op);
}

/// One execution, a thread for each script; the names of what they did, in order: "abc".
inline std::string run_scripts(Strategy& strategy, const std::vector<Script>& scripts) {
  Chooser* plan = strategy.next();
  if (plan == nullptr) return "";
  BareWorld world(1);
  world.scheduler.set_chooser(*plan);
  std::string done;
  world.scheduler.spawn("main", "", [&] {
    for (const Script& script : scripts) {
      world.scheduler.spawn("thread", "", [&] {
        for (const Act& a : script) {
          act(world.scheduler, a);
          done += a.name;
        }
      });
    }
  });
  world.scheduler.run();
  strategy.finished({});
  return done;
}

/// The orders that so many executions show, one after the other.
inline std::vector<std::string> run_often(Strategy& strategy, const std::vector<Script>& scripts,
                                          int executions) {
  std::vector<std::string> orders;
  for (int i = 0; i < executions; ++i) orders.push_back(run_scripts(strategy, scripts));
  return orders;
}

inline std::set<std::string> distinct(const std::vector<std::string>& orders) {
  return {orders.begin(), orders.end()};
}

}  // namespace onhook::testing
