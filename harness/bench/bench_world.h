// SPDX-License-Identifier: GPL-3.0-or-later
// The one world of a benchmark's process: a scenario or a C program, brought to its race.
#pragma once

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "harness/explore/execution.h"
#include "harness/host/subject.h"
#include "harness/scenario/program_scenario.h"

namespace onhook::bench {

/// What the command line of a benchmark names: FILE.c [-D...] or SCENARIO.scn [TARGET].
struct Named {
  std::string file;
  std::vector<std::string> words;
  fakes::SipStack sip = fakes::SipStack::fake;
};

inline Named named_by(int argc, char** argv, std::string default_file) {
  Named named{.file = std::move(default_file), .words = {}};
  int i = 1;
  if (i < argc && argv[i][0] != '-') named.file = argv[i++];
  named.words.assign(argv + i, argv + argc);
  return named;
}

[[noreturn]] inline void fail(const std::string& why) {
  std::fprintf(stderr, "error: %s\n", why.c_str());
  std::exit(2);
}

/// What is compiled, built and loaded once; a world can be made of it. Ends the process when
/// anything is wrong.
class BenchSubject {
 public:
  explicit BenchSubject(const Named& named) {
    CompileResult compiled = names_program(named.file)
                                 ? scenario_of_program(named.file, named.words, {})
                                 : load_scenario(named.file);
    if (!compiled.scenario) fail(to_text(compiled.diagnostics.front()));
    scenario_ = std::move(*compiled.scenario);
    scenario_.script.sip = named.sip;
    if (!scenario_.program) {
      TargetResult target = resolve_target(named.words.empty() ? "stable" : named.words.front());
      if (!target.target) fail(target.error);
      target_ = std::move(target.target);
    }
    SubjectResult subject = make_subject(scenario_, target_ ? &*target_ : nullptr);
    if (auto* error = std::get_if<std::string>(&subject)) fail(*error);
    subject_ = std::move(std::get<std::unique_ptr<TestSubject>>(subject));
  }

  const CompiledScenario& scenario() const { return scenario_; }
  const CodeMap& code_map() const { return subject_->code_map(); }
  WorldSpec world_spec() const {
    WorldSpec spec = subject_->world_spec();
    spec.settles = scenario_.settles;
    return spec;
  }

 private:
  CompiledScenario scenario_;
  std::optional<Target> target_;
  std::unique_ptr<TestSubject> subject_;
};

/// Brought to its race; once a process.
class BenchWorld {
 public:
  /// `judges` may be null, and outlive it.
  explicit BenchWorld(const BenchSubject& subject, Judges* judges = nullptr)
      : world_(watched(subject.world_spec(), judges)), executor_(world_, subject.scenario()) {
    const Ending ending = world_.prepare();
    if (ending.end != End::none) fail("the set-up failed: " + ending.why);
  }

  Executor& executor() { return executor_; }
  World& world() { return world_; }
  std::size_t hot_pages() const { return world_.snapshot()->hot_pages(); }

 private:
  static WorldSpec watched(WorldSpec spec, Judges* judges) {
    spec.judges = judges;
    return spec;
  }

  World world_;
  Executor executor_;
};

inline double peak_megabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;  // the kernel counts kilobytes
}

}  // namespace onhook::bench
