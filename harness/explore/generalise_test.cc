// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/generalise.h"

#include <gtest/gtest.h>

#include "harness/explore/minimizer.h"
#include "harness/explore/testing.h"

namespace onhook {
namespace {

using testing_explore::ProgramRun;
using testing_explore::write_program;

/// Generalises a failing execution of the program; in a second copy of it, because the first one's
/// data is not what it was.
Generalised generalised(const std::string& name, const std::string& text,
                        const std::string& points = "") {
  GeneraliseRequest request;
  {
    ProgramRun run(name + "_found", text);
    const AccessPoints all = AccessPoints::everything();
    if (!points.empty()) run.executor().set_accesses(&all, nullptr);
    const Outcome failing = minimise(run.executor(), run.failing(), 20'000);
    request.schedule.choices = failing.choices;
    request.schedule.law = failing.violation->law;
  }
  request.schedule.scenario = write_program(name, text);
  if (!points.empty()) request.schedule.points = {points};
  return generalise(request);
}

/// What random executions of the scenario's text show.
struct Shown {
  int broken = 0;
  int obeyed = 0;
  int reached = 0;
};

/// `text` is run on the program beside `path`, which is another revision of the one it was made of.
Shown shown_by(const std::string& text, const std::string& path) {
  const std::string name = std::filesystem::path(path).stem().string();
  std::string adapted = text;
  const std::size_t at = adapted.find("program ") + 8;
  adapted.replace(at, adapted.find('\n', at) - at, name + ".c");
  std::ofstream(path) << adapted;
  ProgramRun run(path);
  Shown shown;
  for (const OrderCase& order : run.scenario().orders) {
    run.executor().set_order(order);
    RandomStrategy random(7);
    for (int i = 0; i < 300; ++i) {
      const Outcome outcome = run.executor().run(*random.next());
      if (outcome.ending.end == End::order_blocked) continue;
      (outcome.violation ? shown.broken : shown.obeyed) += 1;
      shown.reached += outcome.reached ? 1 : 0;
    }
  }
  return shown;
}

/// kCleanup, put right: what the reader does no longer depends on the cleaner.
std::string repaired_cleanup() {
  std::string text = testing_explore::kCleanup;
  const std::string guard = "if (has_audio) closed = 1;";
  return text.replace(text.find(guard), guard.size(), "closed = 1; if (has_audio) has_audio = 2;");
}

TEST(Generalise, finds_the_one_order_of_two_accesses_that_breaks_the_law) {
  const Generalised found = generalised("generalise_cleanup", testing_explore::kCleanup);
  EXPECT_EQ(found.fault, "");
  EXPECT_EQ(found.failure, "");
  ASSERT_EQ(found.constraints.size(), 1u);
  EXPECT_EQ(found.constraints[0], "relay locks mutex before sofia locks mutex");
  EXPECT_EQ(found.law, "assertion");
  EXPECT_GE(found.random_executions, 1'000u);
  EXPECT_GT(found.search_executions, 0u);
  const Shown again =
      shown_by(found.scenario, write_program("generalise_moved", testing_explore::kCleanup));
  EXPECT_GT(again.broken, 0);
  EXPECT_EQ(again.obeyed, 0) << found.scenario;
  const Shown repaired =
      shown_by(found.scenario, write_program("generalise_repaired", repaired_cleanup()));
  EXPECT_EQ(repaired.broken, 0) << found.scenario;
  EXPECT_GT(repaired.reached, 0);
}

TEST(Generalise, needs_two_constraints_for_a_deadlock) {
  const Generalised found = generalised("generalise_deadlock", testing_explore::kDeadlock);
  EXPECT_EQ(found.failure, "");
  EXPECT_EQ(found.constraints.size(), 2u);
  EXPECT_EQ(found.law, "LOCK");
  const Shown again =
      shown_by(found.scenario, write_program("generalise_relocked", testing_explore::kDeadlock));
  EXPECT_GT(again.broken, 0);
  EXPECT_EQ(again.obeyed, 0) << found.scenario;
}

TEST(Generalise, tells_threads_of_one_function_apart_by_number) {
  const Generalised found = generalised("generalise_counter", R"(
#include <assert.h>
#include <pthread.h>
static int counter;
static void* add(void* unused) { int seen = counter; counter = seen + 1; return unused; }
int main(void) {
  pthread_t a, b;
  pthread_create(&a, 0, add, 0); pthread_create(&b, 0, add, 0);
  pthread_join(a, 0); pthread_join(b, 0);
  assert(counter == 2);
  return 0;
}
)",
                                        "all");
  EXPECT_EQ(found.failure, "");
  EXPECT_NE(found.scenario.find("add number 1"), std::string::npos) << found.scenario;
  EXPECT_NE(found.scenario.find("add number 2"), std::string::npos) << found.scenario;
  ASSERT_EQ(found.constraints.size(), 2u);
}

TEST(Generalise, has_nothing_to_say_when_every_execution_fails) {
  const Generalised found =
      generalised("generalise_always", "#include <assert.h>\nint main(void) { assert(0); }\n");
  EXPECT_EQ(found.scenario, "");
  EXPECT_NE(found.failure.find("nothing to constrain"), std::string::npos) << found.failure;
}

TEST(Generalise, refuses_a_schedule_that_fails_no_more) {
  GeneraliseRequest request;
  request.schedule.scenario = write_program("generalise_stale", repaired_cleanup());
  const Generalised found = generalise(request);
  EXPECT_EQ(found.fault, "the schedule does not break its law any more; replay it to see");
}

}  // namespace
}  // namespace onhook
