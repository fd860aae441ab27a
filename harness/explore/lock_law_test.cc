// SPDX-License-Identifier: GPL-3.0-or-later
// By which law a deadlock of locks is broken, on real programs.
#include <gtest/gtest.h>

#include "harness/explore/testing.h"

namespace onhook {
namespace {

using testing_explore::ProgramRun;
using testing_explore::write_program;

const ProgramRun::JudgedBy kJudged{"lock"};
constexpr const char* kWithout = "without LOCK because \"it is known\"\n";

/// One thread reads what another one writes, each with the mutex in the other order.
constexpr const char* kReadWrite = R"(
#include <pthread.h>
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void* look_up(void* unused) {
  pthread_rwlock_rdlock(&table); pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex); pthread_rwlock_unlock(&table);
  return unused;
}
static void* insert(void* unused) {
  pthread_mutex_lock(&mutex); SECOND(&table);
  pthread_rwlock_unlock(&table); pthread_mutex_unlock(&mutex);
  return unused;
}
int main(void) {
  pthread_t a, b;
  pthread_create(&a, 0, look_up, 0); pthread_create(&b, 0, insert, 0);
  pthread_join(a, 0); pthread_join(b, 0);
  return 0;
}
)";

std::string read_write_program(const std::string& second) {
  return "#define SECOND " + second + "\n" + kReadWrite;
}

/// The first random execution that cannot go on; an outcome without a violation: there is none.
Outcome first_deadlock(ProgramRun& run) {
  RandomStrategy random(1);
  for (int i = 0; i < 500; ++i) {
    Outcome outcome = run.executor().run(*random.next());
    if (is_deadlock(outcome.ending.end)) return outcome;
  }
  return {};
}

TEST(LockLaw, a_circle_of_locks_breaks_it_judged_or_not) {
  ProgramRun run(write_program("asked", testing_explore::kDeadlock));
  const Outcome outcome = first_deadlock(run);
  ASSERT_TRUE(outcome.violation);
  EXPECT_EQ(outcome.violation->law, "LOCK");
  EXPECT_EQ(outcome.ending.end, End::lock_circle);
}

TEST(LockLaw, a_scenario_without_it_is_told_of_a_deadlock_all_the_same) {
  ProgramRun run(write_program("no_law", testing_explore::kDeadlock, kWithout));
  const Outcome outcome = first_deadlock(run);
  ASSERT_TRUE(outcome.violation);
  EXPECT_EQ(outcome.ending.end, End::lock_circle);
  EXPECT_EQ(outcome.violation->law, "deadlock");
  EXPECT_NE(outcome.violation->message.find("waits for a lock that"), std::string::npos)
      << outcome.violation->message;
}

TEST(LockLaw, a_scenario_without_it_has_no_findings_of_the_judge_of_locks_either) {
  ProgramRun run(write_program("no_findings", testing_explore::kDeadlock, kWithout), kJudged);
  const Outcome outcome = first_deadlock(run);
  ASSERT_TRUE(outcome.violation);
  EXPECT_EQ(outcome.violation->law, "deadlock");
  EXPECT_TRUE(outcome.findings.empty()) << outcome.findings.front().law;
}

TEST(LockLaw, a_circle_over_a_lock_that_one_reads_and_one_writes_breaks_it) {
  ProgramRun run(write_program("writes", read_write_program("pthread_rwlock_wrlock")), kJudged);
  const Outcome outcome = first_deadlock(run);
  ASSERT_TRUE(outcome.violation);
  EXPECT_EQ(outcome.ending.end, End::lock_circle);
  EXPECT_EQ(outcome.violation->law, "LOCK");
  ASSERT_TRUE(outcome.violation->judgement);
  EXPECT_EQ(outcome.violation->judgement->deeds.size(), 4u);
}

TEST(LockLaw, two_who_both_read_wait_for_nobody) {
  ProgramRun run(write_program("reads", read_write_program("pthread_rwlock_rdlock")), kJudged);
  RandomStrategy random(1);
  for (int i = 0; i < 500; ++i) {
    EXPECT_FALSE(run.executor().run(*random.next()).is_violation());
  }
}

}  // namespace
}  // namespace onhook
