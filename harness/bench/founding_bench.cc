// SPDX-License-Identifier: GPL-3.0-or-later
// Complete executions of the founding scenario a second, on one core: restored, run to its
// settling, judged. Executions that an order excludes half-way are not counted. usage:
// founding_bench TARGET [JUDGES]: with the judges of --judges, by default none
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "harness/explore/execution.h"
#include "harness/explore/named_findings.h"
#include "harness/host/process_image.h"
#include "harness/host/subject.h"
#include "harness/race/judges.h"
#include "harness/scenario/compiler.h"
#include "harness/strategy/dfs.h"
#include "harness/strategy/random.h"

namespace {

using namespace onhook;

/// One world a process: made on first use, never taken down.
struct Bench {
  CompiledScenario scenario;
  std::unique_ptr<TestSubject> subject;
  std::unique_ptr<Judges> judges;
  std::unique_ptr<NamedFindings> findings;
  std::unique_ptr<World> world;
  std::unique_ptr<Executor> executor;
};

Bench* g_bench = nullptr;

void run_with(benchmark::State& state, Strategy& strategy) {
  std::uint64_t steps = 0;
  std::uint64_t complete = 0;
  for (auto unused : state) {
    Chooser* plan = strategy.next();
    if (plan == nullptr) {
      state.SkipWithError("the strategy has nothing left");
      break;
    }
    const Outcome outcome = g_bench->executor->run_next(strategy, *plan);
    steps += outcome.ending.steps;
    if (outcome.reached) ++complete;
  }
  using benchmark::Counter;
  state.counters["executions"] = Counter(static_cast<double>(complete), Counter::kIsRate);
  state.counters["steps_each"] = Counter(static_cast<double>(steps), Counter::kAvgIterations);
  state.counters["begun_inside"] = static_cast<double>(g_bench->executor->begun_inside()) /
                                   static_cast<double>(state.max_iterations);
  state.counters["hot_pages"] = static_cast<double>(g_bench->world->snapshot()->hot_pages());
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

int fail(const std::string& why) {
  std::fprintf(stderr, "founding_bench: %s\n", why.c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  fix_process_image(argv);
  benchmark::Initialize(&argc, argv);
  const std::string name = argc > 1 ? argv[1] : "stable";
  const TargetResult target = resolve_target(name);
  if (!target.target) return fail(target.error);
  CompileResult compiled = load_scenario(ONHOOK_SOURCE_DIR "/scenarios/hangup/client_keeps_pc.scn");
  if (!compiled.scenario) return fail("the founding scenario does not compile");
  g_bench = new Bench;
  g_bench->scenario = std::move(*compiled.scenario);
  SubjectResult subject = make_subject(g_bench->scenario, &*target.target);
  if (auto* error = std::get_if<std::string>(&subject)) return fail(*error);
  g_bench->subject = std::move(std::get<std::unique_ptr<TestSubject>>(subject));
  WorldSpec spec = g_bench->subject->world_spec();
  spec.settles = g_bench->scenario.settles;
  const std::string judges = argc > 2 ? argv[2] : "none";
  if (!unknown_judge(judges).empty()) return fail("there is no judge " + unknown_judge(judges));
  g_bench->judges = std::make_unique<Judges>(judges);
  g_bench->findings =
      std::make_unique<NamedFindings>(g_bench->scenario, g_bench->subject->code_map());
  spec.judges = g_bench->judges.get();
  g_bench->world = std::make_unique<World>(std::move(spec));
  const Ending ending = g_bench->world->prepare();
  if (ending.end != End::none) return fail("the set-up failed: " + ending.why);
  g_bench->executor = std::make_unique<Executor>(*g_bench->world, g_bench->scenario);
  g_bench->executor->set_judges(*g_bench->judges, *g_bench->findings);
  benchmark::RunSpecifiedBenchmarks();
  ::_exit(0);
}
