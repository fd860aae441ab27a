// SPDX-License-Identifier: GPL-3.0-or-later
// Complete executions of the founding scenario a second, on one core: restored, run to its
// settling, judged. Executions that an order excludes half-way are not counted. usage:
// founding_bench TARGET [JUDGES [sofia]]: with the judges of --judges, by default none; on the real
// libsofia-sip-ua
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "harness/bench/bench_world.h"
#include "harness/explore/named_findings.h"
#include "harness/host/process_image.h"
#include "harness/race/judges.h"
#include "harness/strategy/dfs.h"
#include "harness/strategy/random.h"

namespace {

using namespace onhook;

bench::BenchWorld* g_world = nullptr;

void run_with(benchmark::State& state, Strategy& strategy) {
  std::uint64_t steps = 0;
  std::uint64_t complete = 0;
  for (auto unused : state) {
    Chooser* plan = strategy.next();
    if (plan == nullptr) {
      state.SkipWithError("the strategy has nothing left");
      break;
    }
    const Outcome outcome = g_world->executor().run_next(strategy, *plan);
    steps += outcome.ending.steps;
    if (outcome.reached) ++complete;
  }
  using benchmark::Counter;
  state.counters["executions"] = Counter(static_cast<double>(complete), Counter::kIsRate);
  state.counters["steps_each"] = Counter(static_cast<double>(steps), Counter::kAvgIterations);
  state.counters["begun_inside"] = static_cast<double>(g_world->executor().begun_inside()) /
                                   static_cast<double>(state.max_iterations);
  state.counters["hot_pages"] = static_cast<double>(g_world->hot_pages());
}

void random_walk(benchmark::State& state) {
  RandomStrategy strategy(1);
  run_with(state, strategy);
}

void depth_first(benchmark::State& state) {
  DfsStrategy strategy;
  run_with(state, strategy);
}

BENCHMARK(random_walk);
BENCHMARK(depth_first);

}  // namespace

int main(int argc, char** argv) {
  fix_process_image(argv);
  benchmark::Initialize(&argc, argv);
  bench::Named named{.file = ONHOOK_SOURCE_DIR "/scenarios/hangup/client_keeps_pc.scn",
                     .words = {argc > 1 ? argv[1] : "stable"}};
  if (argc > 3 && std::string_view(argv[3]) == "sofia") named.sip = fakes::SipStack::sofia;
  const bench::BenchSubject subject(named);
  const std::string selection = argc > 2 ? argv[2] : "none";
  const std::string unknown = unknown_judge(selection);
  if (!unknown.empty()) bench::fail("there is no judge " + unknown);
  Judges judges(selection);
  NamedFindings findings(subject.scenario(), subject.code_map());
  bench::BenchWorld world(subject, &judges);
  world.executor().set_judges(judges, findings);
  g_world = &world;
  benchmark::RunSpecifiedBenchmarks();
  ::_exit(0);
}
