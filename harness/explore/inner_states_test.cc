// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/inner_states.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/explore/testing.h"
#include "harness/strategy/dfs.h"
#include "harness/strategy/dpor/dpor.h"

namespace onhook {
namespace {

using testing_explore::ProgramRun;

// What an execution can leave behind: blocks, a crash, words on the stack of a thread that is gone,
// timeouts, and a choice inside a step.
constexpr const char* kLeavesMuch = R"(
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static char* shared;
static int rounds;
static void* gives(void* unused) {
  pthread_mutex_lock(&mutex); shared = malloc(100); strcpy(shared, "here"); rounds++;
  pthread_cond_signal(&condition); pthread_mutex_unlock(&mutex);
  pthread_mutex_lock(&mutex); free(shared); shared = (char*)8; rounds++;
  pthread_mutex_unlock(&mutex);
  return unused;
}
static void* takes(void* unused) {
  char on_stack[3000]; memset(on_stack, 1 + rounds, sizeof on_stack);
  pthread_mutex_lock(&mutex);
  if (shared == 0) {
    struct timespec soon; clock_gettime(CLOCK_REALTIME, &soon); soon.tv_sec++;
    pthread_cond_timedwait(&condition, &mutex, &soon);
  }
  if (shared != 0) on_stack[0] = shared[0];
  pthread_mutex_unlock(&mutex);
  return on_stack[0] == 'x' ? (void*)1 : unused;
}
int main(void) {
  pthread_t a, b, c;
  pthread_create(&b, 0, takes, 0); pthread_create(&c, 0, takes, 0); pthread_create(&a, 0, gives, 0);
  pthread_join(a, 0); pthread_join(b, 0); pthread_join(c, 0);
  return 0;
}
)";

std::string text_of(const Outcome& outcome, const Trace& trace) {
  std::string text =
      fmt::format("{} {} steps {} until {} preemptions {} held {} happened {} law {}\n",
                  to_string(outcome.ending.end), outcome.ending.why, outcome.ending.steps,
                  outcome.ending.time, outcome.preemptions, outcome.ending.held,
                  outcome.ending.happened, outcome.violation ? outcome.violation->law : "-");
  for (const Choice& choice : outcome.choices) {
    if (const auto* thread = std::get_if<ThreadChoice>(&choice)) {
      text += fmt::format("{} {} ", word_of(thread->wake), thread->thread);
    } else {
      text += fmt::format("value {} ", std::get<ValueChoice>(choice).index);
    }
  }
  return text + "\n" + to_text(trace);
}

/// All executions in their order, each from the snapshot or each from where it may begin.
std::vector<std::string> all_of(ProgramRun& run, Strategy& strategy, AccessPoints& points,
                                bool inside) {
  constexpr std::size_t kMost = 6'000;
  Executor& executor = run.executor();
  strategy.begin_order({}, &points);
  executor.set_accesses(&points, strategy.access_sink());
  std::vector<std::string> all;
  while (Chooser* plan = strategy.next()) {
    const Outcome outcome = inside ? executor.run_next(strategy, *plan) : executor.run(*plan);
    all.push_back(text_of(outcome, run.world().trace()));
    strategy.finished({outcome.ending.end != End::stopped, outcome.violation.has_value()});
    if (all.size() == kMost) break;
  }
  executor.set_accesses(nullptr, nullptr);
  return all;
}

template <typename SomeStrategy>
void expect_no_difference(ProgramRun& run) {
  SomeStrategy from_the_beginning;
  SomeStrategy from_inside;
  AccessPoints points[2];
  const std::vector<std::string> expected = all_of(run, from_the_beginning, points[0], false);
  EXPECT_EQ(run.executor().begun_inside(), 0u);
  const std::vector<std::string> found = all_of(run, from_inside, points[1], true);
  EXPECT_GT(run.executor().begun_inside(), found.size() / 2);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], expected[i]) << i;
  EXPECT_EQ(from_inside.complete(), from_the_beginning.complete());
  EXPECT_EQ(from_inside.report(), from_the_beginning.report());
}

TEST(InnerStates, change_nothing_of_a_depth_first_search) {
  ProgramRun run("inner_dfs", kLeavesMuch);
  expect_no_difference<DfsStrategy>(run);
}

TEST(InnerStates, change_nothing_of_a_reduced_search) {
  ProgramRun run("inner_dpor", kLeavesMuch);
  expect_no_difference<DporStrategy>(run);
}

TEST(InnerStates, change_nothing_where_executions_deadlock) {
  ProgramRun run("inner_deadlock", testing_explore::kDeadlock);
  expect_no_difference<DfsStrategy>(run);
}

TEST(InnerStates, are_forgotten_when_another_execution_comes_between) {
  ProgramRun run("inner_between", testing_explore::kCleanup);
  DfsStrategy alone;
  AccessPoints none;
  const std::vector<std::string> expected = all_of(run, alone, none, true);
  DfsStrategy disturbed;
  std::size_t i = 0;
  while (Chooser* plan = disturbed.next()) {
    const Outcome outcome = run.executor().run_next(disturbed, *plan);
    ASSERT_LT(i, expected.size());
    ASSERT_EQ(text_of(outcome, run.world().trace()), expected[i]) << i;
    if (++i % 3 == 0) run.failing(i);
  }
  EXPECT_EQ(i, expected.size());
}

TEST(InnerStates, that_are_too_many_are_thinned_out_from_the_older_end) {
  InnerStates states;
  for (std::uint32_t i = 1; i <= 10 * InnerStates::kMost; ++i) states.add().steps = i;
  const std::uint32_t last = 10 * InnerStates::kMost;
  std::uint32_t count = 0;
  for (std::uint32_t at = last; const InnerStates::State* state = states.latest(at); ++count) {
    EXPECT_LE(state->steps, at);
    if (count < InnerStates::kMost / 4) {
      EXPECT_EQ(state->steps, last - count);
    }
    at = state->steps - 1;
  }
  EXPECT_LE(count, InnerStates::kMost);
  EXPECT_GE(count, InnerStates::kMost / 2);
  EXPECT_EQ(states.latest(last), nullptr);
}

}  // namespace
}  // namespace onhook
