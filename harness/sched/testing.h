// SPDX-License-Identifier: GPL-3.0-or-later
// A bare world for unit tests: stacks from the heap, facts in a list, seeded random choices.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "harness/base/prng.h"
#include "harness/base/strings.h"
#include "harness/sched/scheduler.h"

namespace onhook::testing {

class HeapStacks : public StackSource {
 public:
  char* take(std::size_t& bytes) override {
    bytes = 64 * 1024;
    return static_cast<char*>(std::malloc(bytes));
  }
  void give_back(char* stack) override { std::free(stack); }
};

class RandomChooser : public Chooser {
 public:
  explicit RandomChooser(std::uint64_t seed) : prng_(seed) {}
  std::size_t choose_thread(const ChoicePoint& point) override {
    return prng_.below(point.candidates.size());
  }
  unsigned choose_value(std::string_view, unsigned n) override {
    return static_cast<unsigned>(prng_.below(n));
  }

 private:
  Prng prng_;
};

class FactList : public Recorder {
 public:
  void record(std::uint32_t, const Thread& thread, TimeNs now, StringId actor, StringId verb,
              StringId detail) override {
    facts.push_back(thread.name + " " + std::string(text_of(actor)) + " " +
                    std::string(text_of(verb)) + " " + std::string(text_of(detail)));
    times.push_back(now);
  }
  void lane(const Thread&) override {}

  std::vector<std::string> facts;
  std::vector<TimeNs> times;
};

/// A scheduler with everything it needs; current while it lives.
struct BareWorld {
  explicit BareWorld(std::uint64_t seed) : chooser(seed), scheduler(stacks, chooser, facts) {
    set_current_scheduler(&scheduler);
  }
  ~BareWorld() { set_current_scheduler(nullptr); }

  HeapStacks stacks;
  RandomChooser chooser;
  FactList facts;
  Scheduler scheduler;
};

}  // namespace onhook::testing
