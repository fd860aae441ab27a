// SPDX-License-Identifier: GPL-3.0-or-later
// Executions a second of a C program, on one core, by strategy: restored, run to its end, judged.
// Without arguments: three threads that lock, increment and unlock five times each.
//
// usage: program_bench [FILE.c] [-DNAME=VALUE...]
#include <benchmark/benchmark.h>
#include <unistd.h>

#include "harness/bench/bench_world.h"
#include "harness/explore/chain.h"
#include "harness/host/process_image.h"

namespace {

using namespace onhook;

bench::BenchWorld* g_world = nullptr;

void explore(benchmark::State& state, const std::string& strategy_name) {
  const ChainResult chain = parse_chain(strategy_name, 1);
  auto strategies = chain.make();
  std::uint64_t steps = 0;
  std::uint64_t times_complete = 0;
  for (auto unused : state) {
    Chooser* plan = strategies.front()->next();
    if (plan == nullptr) {  // all is explored: once more
      strategies = chain.make();
      plan = strategies.front()->next();
      ++times_complete;
    }
    const Outcome outcome = g_world->executor().run_next(*strategies.front(), *plan);
    if (outcome.violation || outcome.harness_fault) {
      state.SkipWithError(outcome.ending.why.c_str());
      break;
    }
    steps += outcome.ending.steps;
    strategies.front()->finished({true, false});
  }
  using benchmark::Counter;
  state.counters["executions"] = Counter(static_cast<double>(state.iterations()), Counter::kIsRate);
  state.counters["steps_each"] = Counter(static_cast<double>(steps), Counter::kAvgIterations);
  state.counters["hot_pages"] = static_cast<double>(g_world->hot_pages());
  state.counters["peak_mb"] = bench::peak_megabytes();
  state.counters["complete"] = static_cast<double>(times_complete);
}

}  // namespace

int main(int argc, char** argv) {
  fix_process_image(argv);
  benchmark::Initialize(&argc, argv);
  const bench::BenchSubject subject(
      bench::named_by(argc, argv, ONHOOK_SOURCE_DIR "/scenarios/programs/classics/counter.c"));
  bench::BenchWorld world(subject);
  g_world = &world;
  for (const std::string strategy : {"dfs", "random", "dpor"}) {
    if (!parse_chain(strategy, 1).error.empty()) continue;
    benchmark::RegisterBenchmark(strategy.c_str(),
                                 [strategy](benchmark::State& state) { explore(state, strategy); });
  }
  benchmark::RunSpecifiedBenchmarks();
  ::_exit(0);
}
