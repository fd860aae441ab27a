// SPDX-License-Identifier: GPL-3.0-or-later
// What starting an execution costs in three ways: restored in place, in a forked copy of the
// prepared process, and with the world made and set up again in a forked process that has none
// (compiling and loading are done once for all). All three run the same execution, the
// one in which nobody is ever preempted.
//
// usage: restore_bench [FILE.c [-DNAME=VALUE...] | SCENARIO.scn [TARGET]]
#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/bench/bench_world.h"
#include "harness/host/process_image.h"
#include "harness/strategy/replay.h"

namespace {

using namespace onhook;

const bench::BenchSubject* g_subject = nullptr;
bench::BenchWorld* g_world = nullptr;

/// One world a process, made by the first benchmark that needs it here.
bench::BenchWorld& world() {
  if (g_world == nullptr) g_world = new bench::BenchWorld(*g_subject);
  return *g_world;
}

bool run_default(bench::BenchWorld& in) {
  const std::vector<Choice> no_choices;
  GuidedPlan plan(no_choices);
  const Outcome outcome = in.executor().run(plan);
  return !outcome.harness_fault;
}

/// Runs `body` in a child; false when it did not end well.
template <typename Body>
bool in_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body() ? 0 : 1);
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

// First: it needs a process without a world.
void set_up_again(benchmark::State& state) {
  if (g_world != nullptr) return state.SkipWithError("a world has been made already");
  for (auto unused : state) {
    const bool well = in_child([] {
      bench::BenchWorld fresh(*g_subject);
      return run_default(fresh);
    });
    if (!well) state.SkipWithError("the execution failed");
  }
}

void fork_each(benchmark::State& state) {
  bench::BenchWorld& prepared = world();
  for (auto unused : state) {
    if (!in_child([&] { return run_default(prepared); })) {
      state.SkipWithError("the execution failed");
    }
  }
}

void restore_in_place(benchmark::State& state) {
  bench::BenchWorld& prepared = world();
  for (auto unused : state) {
    if (!run_default(prepared)) state.SkipWithError("the execution failed");
  }
  state.counters["hot_pages"] = static_cast<double>(prepared.hot_pages());
  state.counters["peak_mb"] = bench::peak_megabytes();
}

BENCHMARK(set_up_again)->UseRealTime();
BENCHMARK(fork_each)->UseRealTime();
BENCHMARK(restore_in_place)->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  fix_process_image(argv);
  benchmark::Initialize(&argc, argv);
  const bench::BenchSubject subject(
      bench::named_by(argc, argv, ONHOOK_SOURCE_DIR "/scenarios/programs/classics/counter.c"));
  g_subject = &subject;
  benchmark::RunSpecifiedBenchmarks();
  ::_exit(0);
}
