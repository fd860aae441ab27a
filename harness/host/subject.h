// SPDX-License-Identifier: GPL-3.0-or-later
// What is put under test: a plugin among its fakes, or a C program. Turns a scenario and a target
// into a world that can be prepared and run.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "harness/host/target.h"
#include "harness/host/world.h"
#include "harness/scenario/compiled.h"

namespace onhook {

class TestSubject {
 public:
  virtual ~TestSubject() = default;
  virtual WorldSpec world_spec() = 0;
  /// Hash of the shared object that is run: a schedule belongs to one.
  virtual std::string object_hash() const = 0;
  /// The names of its functions and variables.
  virtual const CodeMap& code_map() const = 0;
  /// Which of the scenario's events are the code's own doings.
  virtual const CodeEvents& code_events() const = 0;
};

/// The subject, or in one or more lines why there is none (no such target, does not compile, ...).
using SubjectResult = std::variant<std::unique_ptr<TestSubject>, std::string>;

/// `target` is not looked at for a program.
SubjectResult make_subject(const CompiledScenario& scenario, const Target* target);

}  // namespace onhook
