// SPDX-License-Identifier: GPL-3.0-or-later
// What it costs to stand at some depth of an execution, in four ways: begun at an inner state that
// was kept there and run eight steps beyond, so that there is something to bring back, restored to
// the snapshot and run, run in a forked copy of the prepared process, and with the world made and
// set up again in a forked process that has none (compiling and loading are done once for all). All
// four walk the execution in which nobody is ever preempted. At the end a table of the costs
// against depth (processor time, children included), their ratios, and the peak memory of each way.
//
// usage: restore_bench [FILE.c [-DNAME=VALUE...] | SCENARIO.scn [TARGET]]
#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "harness/bench/bench_world.h"
#include "harness/host/process_image.h"
#include "harness/strategy/replay.h"

namespace {

using namespace onhook;

constexpr int kParts = 4;  // of the way to the end

constexpr std::uint32_t kBeyond = 8;  // steps

enum Way : std::size_t { inner, restored, forked, set_up, kWays };
constexpr std::array<const char*, kWays> kNames = {"inner state + 8", "restored", "forked",
                                                   "set up again"};

struct Measured {
  std::array<std::array<double, kParts + 1>, kWays> microseconds{};
  std::array<double, kWays> megabytes{};
};

const bench::BenchSubject* g_subject = nullptr;
bench::BenchWorld* g_world = nullptr;
std::uint32_t g_steps = 0;  // of the whole execution
Measured g_measured;

/// One world a process, made by the first benchmark that needs it here.
bench::BenchWorld& world() {
  if (g_world == nullptr) g_world = new bench::BenchWorld(*g_subject);
  return *g_world;
}

class Undisturbed : public Chooser {
 public:
  std::size_t choose_thread(const ChoicePoint& point) override { return default_choice(point); }
  unsigned choose_value(std::string_view, unsigned) override { return 0; }
};

/// From the snapshot to the first choice after `depth` steps, or to the end.
void walk(World& in, std::uint32_t depth) {
  Undisturbed plan;
  in.begin(plan, {});
  in.go_on(depth);
}

/// Runs `body` in a child and gives the number that it gives; -1 when it did not end well. The
/// largest child so far counts as the memory of this way.
template <typename Body>
long in_child(Body body) {
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    const long value = body();
    ::_exit(::write(ends[1], &value, sizeof value) == sizeof value ? 0 : 1);
  }
  ::close(ends[1]);
  long value = -1;
  int status = 0;
  const bool well = child > 0 && ::read(ends[0], &value, sizeof value) == sizeof value &&
                    ::waitpid(child, &status, 0) == child && status == 0;
  ::close(ends[0]);
  return well ? value : -1;
}

/// Processor time of this process and of the children it has waited for.
double microseconds_spent() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    for (const timeval& t : {usage.ru_utime, usage.ru_stime}) {
      sum += 1e6 * static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec);
    }
  }
  return sum;
}

std::uint32_t depth_of(const benchmark::State& state) {
  return static_cast<std::uint32_t>(g_steps * static_cast<std::uint64_t>(state.range(0)) / kParts);
}

template <typename Once>
void measure(benchmark::State& state, Way way, Once once) {
  const auto part = static_cast<std::size_t>(state.range(0));
  const std::uint32_t depth = depth_of(state);
  const double begin = microseconds_spent();
  for (auto unused : state) once(depth);
  g_measured.microseconds[way][part] =
      (microseconds_spent() - begin) / static_cast<double>(state.iterations());
  state.counters["depth"] = depth;
}

// First: it needs a process without a world.
void set_up_again(benchmark::State& state) {
  if (g_world != nullptr) return state.SkipWithError("a world has been made already");
  measure(state, set_up, [&](std::uint32_t depth) {
    const long kilobytes = in_child([&] {
      bench::BenchWorld fresh(*g_subject);
      walk(fresh.world(), depth);
      return static_cast<long>(bench::peak_megabytes() * 1024);
    });
    if (kilobytes < 0) state.SkipWithError("the execution failed");
    g_measured.megabytes[set_up] =
        std::max(g_measured.megabytes[set_up], static_cast<double>(kilobytes) / 1024);
  });
}

void fork_each(benchmark::State& state) {
  bench::BenchWorld& prepared = world();
  measure(state, forked, [&](std::uint32_t depth) {
    const long kilobytes = in_child([&] {
      walk(prepared.world(), depth);
      return static_cast<long>(bench::peak_megabytes() * 1024);
    });
    if (kilobytes < 0) state.SkipWithError("the execution failed");
    g_measured.megabytes[forked] =
        std::max(g_measured.megabytes[forked], static_cast<double>(kilobytes) / 1024);
  });
}

void restore_in_place(benchmark::State& state) {
  bench::BenchWorld& prepared = world();
  measure(state, restored, [&](std::uint32_t depth) { walk(prepared.world(), depth); });
  g_measured.megabytes[restored] = bench::peak_megabytes();
  state.counters["hot_pages"] = static_cast<double>(prepared.hot_pages());
}

// Last, so that the others' peaks are without what it keeps.
void begin_inside(benchmark::State& state) {
  World& in = world().world();
  InnerState kept;
  Undisturbed plan;
  walk(in, depth_of(state));
  in.save(kept);
  g_measured.megabytes[inner] = bench::peak_megabytes();
  measure(state, inner, [&](std::uint32_t) {
    in.begin_at(kept, plan);
    in.go_on(kBeyond);
  });
}

BENCHMARK(set_up_again)->DenseRange(0, kParts)->UseRealTime();
BENCHMARK(fork_each)->DenseRange(0, kParts)->UseRealTime();
BENCHMARK(restore_in_place)->DenseRange(0, kParts)->UseRealTime();
BENCHMARK(begin_inside)->DenseRange(0, kParts)->UseRealTime();

void print_table() {
  std::printf("\nprocessor microseconds to stand at a depth, and times the cost of restoring\n%7s",
              "steps");
  for (const char* name : kNames) std::printf("  %20s", name);
  for (int part = 0; part <= kParts; ++part) {
    const auto& all = g_measured.microseconds;
    const auto at = static_cast<std::size_t>(part);
    std::printf("\n%7u", g_steps * static_cast<std::uint32_t>(part) / kParts);
    for (const auto& way : all)
      std::printf("  %12.2f (%5.1f)", way[at], way[at] / all[restored][at]);
  }
  std::printf("\n%7s", "peak MB");
  for (double megabytes : g_measured.megabytes) std::printf("  %20.1f", megabytes);
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  fix_process_image(argv);
  benchmark::Initialize(&argc, argv);
  const bench::BenchSubject subject(
      bench::named_by(argc, argv, ONHOOK_SOURCE_DIR "/scenarios/programs/classics/counter.c"));
  g_subject = &subject;
  const long steps = in_child([] {
    bench::BenchWorld fresh(*g_subject);
    walk(fresh.world(), World::kToTheEnd);
    return static_cast<long>(fresh.world().ending().steps);
  });
  if (steps <= 0) bench::fail("the execution failed");
  g_steps = static_cast<std::uint32_t>(steps);
  benchmark::RunSpecifiedBenchmarks();
  print_table();
  std::fflush(stdout);
  ::_exit(0);
}
