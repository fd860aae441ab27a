// SPDX-License-Identifier: GPL-3.0-or-later
// Executions a second with each judge on and off: restored, run to the end in a random walk,
// judged. A process has one world, so each selection of judges has a process of its own, which runs
// as many executions as it is asked for and says how much processor time they took. "lock, kept"
// also keeps the orders of locks of all executions together, as a run does. At the end a table.
//
// usage: judges_bench [FILE.c [-DNAME=VALUE...] | SCENARIO.scn [TARGET]]
// By default counter.c: three threads that lock, increment and unlock five times each.
#include <benchmark/benchmark.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <optional>
#include <string_view>

#include "harness/bench/bench_world.h"
#include "harness/explore/lock_recorder.h"
#include "harness/explore/named_findings.h"
#include "harness/host/process_image.h"
#include "harness/race/judges.h"
#include "harness/strategy/random.h"

namespace {

using namespace onhook;

/// The clock of processor time may go by the kernel's ticks: a batch takes many of them.
constexpr double kBatchSeconds = 0.2;

constexpr std::string_view kLockKept = "lock, kept";

const bench::BenchSubject* g_subject = nullptr;
std::map<std::string, double> g_rates;  // by selection

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// A process with a world that these judges watch.
class Runner {
 public:
  explicit Runner(const std::string& judges) {
    int orders[2];
    int answers[2];
    if (::pipe(orders) != 0 || ::pipe(answers) != 0) bench::fail("no pipes");
    if (::fork() == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      serve(judges, orders[0], answers[1]);
    }
    to_ = orders[1];
    from_ = answers[0];
  }

  /// Processor time of so many executions.
  double run(std::uint32_t executions) const {
    double seconds = 0;
    if (::write(to_, &executions, sizeof executions) != sizeof executions ||
        ::read(from_, &seconds, sizeof seconds) != sizeof seconds) {
      bench::fail("a runner ended");
    }
    return seconds;
  }

  /// Executions that take long enough to be timed; found out once.
  std::uint32_t batch() {
    if (batch_ == 0) {
      batch_ = 200;
      while (run(batch_) < kBatchSeconds) batch_ *= 2;
    }
    return batch_;
  }

 private:
  [[noreturn]] static void serve(const std::string& selection, int orders, int answers) {
    const bool is_kept = selection == kLockKept;
    Judges judges(is_kept ? "lock" : selection);
    NamedFindings findings(g_subject->scenario(), g_subject->code_map());
    bench::BenchWorld world(*g_subject, &judges);
    world.executor().set_judges(judges, findings);
    LockRecord record;
    std::optional<LockRecorder> locks;
    if (is_kept) locks.emplace(*judges.lock_judge(), findings, record);
    RandomStrategy strategy(1);
    std::uint32_t executions = 0;
    while (::read(orders, &executions, sizeof executions) == sizeof executions) {
      const double begin = processor_seconds();
      for (; executions > 0; --executions) {
        world.executor().run_next(strategy, *strategy.next());
        if (locks) locks->execution_ended([] { return RecordedRun{}; });
      }
      const double seconds = processor_seconds() - begin;
      if (::write(answers, &seconds, sizeof seconds) != sizeof seconds) break;
    }
    ::_exit(0);
  }

  int to_ = -1;
  int from_ = -1;
  std::uint32_t batch_ = 0;
};

void measure(benchmark::State& state, const std::string& judges, Runner& runner) {
  const std::uint32_t size = runner.batch();
  double seconds = 0;
  for (auto unused : state) {
    const double batch = runner.run(size);
    state.SetIterationTime(batch);
    seconds += batch;
  }
  const double executions = static_cast<double>(state.iterations()) * size;
  state.counters["executions_s"] = executions / seconds;
  g_rates[judges] = std::max(g_rates[judges], executions / seconds);
}

void print_table(const std::vector<std::string>& selections) {
  std::printf("\n%-14s%16s%12s\n", "judges", "executions/s", "of none");
  for (const std::string& judges : selections) {
    const double rate = g_rates[judges];
    std::printf("%-14s%16.0f%11.0f%%\n", judges.c_str(), rate, 100 * rate / g_rates["none"]);
  }
}

}  // namespace

int main(int argc, char** argv) {
  fix_process_image(argv);
  benchmark::Initialize(&argc, argv);
  const bench::BenchSubject subject(
      bench::named_by(argc, argv, ONHOOK_SOURCE_DIR "/scenarios/programs/classics/counter.c"));
  g_subject = &subject;
  std::vector<std::string> selections = {"none"};
  for (const JudgeKind& kind : judge_kinds()) selections.emplace_back(kind.name);
  selections.emplace_back(kLockKept);
  selections.emplace_back("all");
  std::map<std::string, Runner> runners;
  for (const std::string& judges : selections) {
    Runner& runner = runners.emplace(judges, judges).first->second;
    benchmark::RegisterBenchmark(judges.c_str(), [judges, &runner](benchmark::State& state) {
      measure(state, judges, runner);
    })->UseManualTime();
  }
  benchmark::RunSpecifiedBenchmarks();
  print_table(selections);
  std::fflush(stdout);
  ::_exit(0);
}
