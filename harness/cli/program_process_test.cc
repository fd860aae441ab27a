// SPDX-License-Identifier: GPL-3.0-or-later
// `onhook program` on real files: what it finds, and what it says to a file that is none.
#include <gtest/gtest.h>

#include <fstream>

#include "harness/cli/process_testing.h"

namespace onhook {
namespace {

using namespace testing_process;

constexpr const char* kTwoThreads = R"(
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;
static int plain;
static int* shared;
static void* one(void* unused) {
#if defined(ASSERTION)
  assert(plain == 0);
#elif defined(CRASH)
  if (shared) *shared = 1;
#elif defined(DEADLOCK)
  pthread_mutex_lock(&left); pthread_mutex_lock(&right);
  pthread_mutex_unlock(&right); pthread_mutex_unlock(&left);
#elif defined(STATUS)
  plain = 1;
#elif defined(LOOP)
  while (*(volatile int*)&plain == 1) sched_yield();
#endif
  return unused;
}
static void* two(void* unused) {
#if defined(ASSERTION) || defined(LOOP)
  plain = 1;
#elif defined(CRASH)
  shared = (int*)16;
  pthread_mutex_lock(&left); pthread_mutex_unlock(&left);
  shared = 0;
#elif defined(DEADLOCK)
  pthread_mutex_lock(&right); pthread_mutex_lock(&left);
  pthread_mutex_unlock(&left); pthread_mutex_unlock(&right);
#endif
  return unused;
}
int main(int argc, char** argv) {
  pthread_t a, b;
  pthread_create(&a, 0, one, 0);
  pthread_create(&b, 0, two, 0);
#if defined(STATUS)
  pthread_mutex_lock(&left);
  const int seen = plain;
  pthread_mutex_unlock(&left);
#else
  const int seen = 0;
#endif
  pthread_join(a, 0);
  pthread_join(b, 0);
  return argc > 1 ? atoi(argv[1]) : seen;
}
)";

class ProgramProcessTest : public ::testing::Test {
 protected:
  /// The exit code for a program with this text; what was printed is in `said_`.
  int explore(const std::string& text, std::vector<std::string> more = {}) {
    std::ofstream(folder_ / "file.c") << text;
    return onhook(folder_ / "file.c", std::move(more));
  }
  int onhook(const std::string& file, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"program", file,           "--json", folder_ / "out.json",
                                          "--out",   folder_ / "out"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const std::string log = folder_ / ("log" + std::to_string(++runs_));
    const int code = run(arguments, log);
    said_ = text_of_file(log);
    return code;
  }
  bool said(std::string_view text) const { return said_.find(text) != std::string::npos; }

  TemporaryFolder folder_;
  std::string said_;
  int runs_ = 0;
};

TEST_F(ProgramProcessTest, each_kind_of_failure_is_a_verdict_with_a_schedule_that_replays) {
  const std::pair<const char*, const char*> kinds[] = {{"ASSERTION", "assertion"},
                                                       {"CRASH", "crash"},
                                                       {"DEADLOCK", "LOCK"},
                                                       {"STATUS", "assertion"},
                                                       {"LOOP", "endless loop"}};
  for (const auto& [define, law] : kinds) {
    // The two threads race as well; that is asked for below.
    ASSERT_EQ(explore(kTwoThreads, {"-D", define, "--stop-at-first", "--judges", "none"}), 1)
        << define << said_;
    const std::vector<RunResult> results = results_of(folder_ / "out.json");
    ASSERT_EQ(results.at(0).violations.size(), 1u) << define;
    EXPECT_EQ(results[0].violations[0].law, law);
    EXPECT_EQ(run({"replay", results[0].schedule}, folder_ / "replay"), 1)
        << define << text_of_file(folder_ / "replay");
  }
}

TEST_F(ProgramProcessTest, a_data_race_is_a_verdict_unless_nobody_judges_races) {
  ASSERT_EQ(explore(kTwoThreads, {"-D", "ASSERTION"}), 1) << said_;
  const std::vector<RunResult> results = results_of(folder_ / "out.json");
  ASSERT_FALSE(results.at(0).violations.empty());
  EXPECT_EQ(results[0].violations[0].law, "RACE") << said_;
}

TEST_F(ProgramProcessTest, an_access_behind_a_release_can_come_after_what_the_release_let_go_on) {
  const std::string text = R"(
#include <assert.h>
#include <pthread.h>
static int plain;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static void pass(void) {
#ifdef LOCK
  pthread_mutex_lock(&m);
  pthread_mutex_unlock(&m);
#endif
}
static void* one(void* unused) { pass(); plain = 1; return unused; }
int main(void) {
  pthread_t a;
  pthread_create(&a, 0, one, 0);
  pass();
  int seen = plain;
  pthread_join(a, 0);
  assert(seen == EXPECTED);
  return 0;
}
)";
  for (const std::string expected : {"0", "1"}) {
    for (const std::string lock : {"-DNO_LOCK", "-DLOCK"}) {
      EXPECT_EQ(
          explore(text, {"-DEXPECTED=" + expected, lock, "--strategy", "dpor", "--judges", "none"}),
          1)
          << expected << lock << said_;
    }
  }
}

TEST_F(ProgramProcessTest, without_a_failure_every_order_is_covered) {
  ASSERT_EQ(explore(kTwoThreads), 0) << said_;
  EXPECT_TRUE(results_of(folder_ / "out.json").at(0).complete);
}

TEST_F(ProgramProcessTest, the_program_gets_its_arguments) {
  EXPECT_EQ(explore(kTwoThreads, {"--args", "0"}), 0) << said_;
  EXPECT_EQ(explore(kTwoThreads, {"--args", "3"}), 1);
  EXPECT_TRUE(said("main() returned 3")) << said_;
}

TEST_F(ProgramProcessTest, a_file_that_is_no_program_is_a_file_error_in_the_compilers_words) {
  EXPECT_EQ(onhook(folder_ / "missing.c"), 2);
  EXPECT_TRUE(said("no such file: " + (folder_ / "missing.c"))) << said_;
  EXPECT_EQ(explore("int main( {\n"), 2);
  EXPECT_TRUE(said("file.c:1:11: error: ")) << said_;
  EXPECT_EQ(explore("int main(void) { return 0; }\n", {"-DN="}), 0) << said_;
  EXPECT_EQ(explore("#ifndef N\n#error N is needed\n#endif\nint main(void) { return 0; }\n"), 2);
  EXPECT_TRUE(said("N is needed")) << said_;
  for (const char* text :
       {"", "int f(void) { return 0; }\n", "static int main(void) { return 0; }\n"}) {
    EXPECT_EQ(explore(text), 2) << text;
    EXPECT_TRUE(said("the program has no main()")) << said_;
  }
}

TEST_F(ProgramProcessTest, a_call_that_is_not_modelled_ends_the_run_by_its_name) {
  EXPECT_EQ(explore("#include <unistd.h>\nint main(void) { return fork() != 0; }\n"), 3);
  EXPECT_TRUE(said("fork")) << said_;
}

}  // namespace
}  // namespace onhook
