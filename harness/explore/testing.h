// SPDX-License-Identifier: GPL-3.0-or-later
// For tests that run real C programs: compiles one, makes its world, finds an execution that fails.
// One program a test: what a program did to its own data stays until the process ends.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "harness/base/diagnostic.h"
#include "harness/explore/execution.h"
#include "harness/explore/named_findings.h"
#include "harness/host/subject.h"
#include "harness/race/judges.h"
#include "harness/scenario/compiler.h"
#include "harness/strategy/random.h"

namespace onhook::testing_explore {

/// Two threads take two mutexes in two orders.
inline constexpr const char* kDeadlock = R"(
#include <pthread.h>
static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;
static void* forth(void* unused) {
  for (int i = 0; i < 3; ++i) { pthread_mutex_lock(&other); pthread_mutex_unlock(&other); }
  pthread_mutex_lock(&left); pthread_mutex_lock(&right);
  pthread_mutex_unlock(&right); pthread_mutex_unlock(&left);
  return unused;
}
static void* back(void* unused) {
  for (int i = 0; i < 3; ++i) { pthread_mutex_lock(&other); pthread_mutex_unlock(&other); }
  pthread_mutex_lock(&right); pthread_mutex_lock(&left);
  pthread_mutex_unlock(&left); pthread_mutex_unlock(&right);
  return unused;
}
int main(void) {
  pthread_t a, b;
  pthread_create(&a, 0, forth, 0); pthread_create(&b, 0, back, 0);
  pthread_join(a, 0); pthread_join(b, 0);
  return 0;
}
)";

/// The cleaner clears what the reader still looks at; a mutex makes it a step each.
inline constexpr const char* kCleanup = R"(
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int has_audio = 1, closed = 0;
__attribute__((noinline)) static void cleanup(void) {
  pthread_mutex_lock(&mutex); has_audio = 0; pthread_mutex_unlock(&mutex);
}
static void* relay(void* unused) { cleanup(); return unused; }
static void* sofia(void* unused) {
  pthread_mutex_lock(&mutex); if (has_audio) closed = 1; pthread_mutex_unlock(&mutex);
  return unused;
}
int main(void) {
  pthread_t a, b;
  pthread_create(&a, 0, relay, 0); pthread_create(&b, 0, sofia, 0);
  pthread_join(a, 0); pthread_join(b, 0);
  assert(closed);
  return 0;
}
)";

/// A program and its scenario in a folder of their own; the path of the .scn. `lines`: of the
/// scenario, below its `program` line.
inline std::string write_program(const std::string& name, const std::string& c_text,
                                 const std::string& lines = "") {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) /
      ("onhook_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) +
       "_" + name);
  std::filesystem::create_directories(folder);
  std::ofstream(folder / (name + ".c")) << "/* " << name << " */" << c_text;
  std::string path = (folder / (name + ".scn")).string();
  std::ofstream(path) << "scenario " << name << "\nprogram " << name << ".c\n" << lines;
  return path;
}

class ProgramRun {
 public:
  ProgramRun(const std::string& name, const std::string& c_text, const std::string& lines = "")
      : ProgramRun(write_program(name, c_text, lines)) {}

  explicit ProgramRun(const std::string& path) : ProgramRun(path, JudgedBy{"none"}) {}

  /// The judges that watch it, names with commas between.
  struct JudgedBy {
    std::string judges;
  };
  ProgramRun(const std::string& path, const JudgedBy& by) : judges_(by.judges) {
    CompileResult compiled = load_scenario(path);
    for (const Diagnostic& d : compiled.diagnostics) ADD_FAILURE() << to_text(d);
    scenario_ = std::move(compiled.scenario.value());
    SubjectResult made = make_subject(scenario_, nullptr);
    if (const auto* error = std::get_if<std::string>(&made)) ADD_FAILURE() << *error;
    subject_ = std::move(std::get<std::unique_ptr<TestSubject>>(made));
    findings_.emplace(scenario_, subject_->code_map());
    WorldSpec spec = subject_->world_spec();
    if (!judges_.empty()) spec.judges = &judges_;
    world_ = std::make_unique<World>(std::move(spec));
    EXPECT_EQ(world_->prepare().end, End::none);
    executor_.emplace(*world_, scenario_);
    if (!judges_.empty()) executor_->set_judges(judges_, *findings_);
  }

  /// The first random execution that breaks a law; fails the test when there is none.
  Outcome failing(std::uint64_t seed = 1) {
    RandomStrategy random(seed);
    for (int i = 0; i < 5'000; ++i) {
      Outcome outcome = executor_->run(*random.next());
      if (outcome.violation) return outcome;
    }
    ADD_FAILURE() << "no execution fails";
    return {};
  }

  Executor& executor() { return *executor_; }
  World& world() { return *world_; }
  const CodeMap& map() const { return subject_->code_map(); }
  const CompiledScenario& scenario() const { return scenario_; }

 private:
  CompiledScenario scenario_;
  std::unique_ptr<TestSubject> subject_;
  Judges judges_;
  std::optional<NamedFindings> findings_;
  std::unique_ptr<World> world_;
  std::optional<Executor> executor_;
};

}  // namespace onhook::testing_explore
