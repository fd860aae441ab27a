// SPDX-License-Identifier: GPL-3.0-or-later
// Judges one execution: evaluates the laws of a scenario on its trace, and reads the trace and
// nothing else.
//
// The engine calls judge() once an execution, a hundred thousand times a second, so laws are
// compiled to slots: one for each distinct observable, updated by the facts of one verb, compared
// with interned ids. A law is evaluated again only when one of its slots has changed. Judging a
// trace that breaks nothing allocates nothing once its words and lanes have been seen.
//
// The trace must begin with the world: facts of the set-up (a PeerConnection that came up before
// the race) count like all others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/ids.h"
#include "harness/scenario/compiled.h"
#include "harness/trace/event.h"

namespace onhook {

struct LawViolation {
  std::string law;       ///< LawSpec::text
  std::string message;   ///< what was seen instead, one line: "pc(alice).closed_count is 2"
  std::size_t fact = 0;  ///< index of the fact at which it became certain; 0 of an empty trace
};

/// How much of an execution a trace shows: of a beginning alone, `finally` says nothing.
enum class Extent : std::uint8_t { whole, beginning };

class Monitors {
 public:
  /// Keeps a copy of what it needs; the scenario may go.
  explicit Monitors(const CompiledScenario& scenario);

  /// The laws that this trace breaks, each once, at the first fact that breaks it, in the order of
  /// those facts; the `finally` laws come last. Not to be called from two threads at once.
  std::vector<LawViolation> judge(const Trace& trace, Extent extent = Extent::whole);

 private:
  // An observable: how it is read, and its value in the trace being judged.
  struct Slot {
    Observable observable;
    StringId verb = 0;
    StringId opposite_verb = 0;  // 0: none
    StringId actor = 0;
    std::vector<std::size_t> laws;  // `always` and `never` laws that read it
    std::vector<char> lanes;        // thread roles: by thread, whether it is the subject
    std::vector<signed char>
        details;  // by detail id: -1 not looked at yet, else whether it matches

    std::int64_t count = 0;  // matches; matches of `verb` minus of `opposite_verb` for balance
    bool has_value = false;
    bool truth = false;
    StringId last = 0;
  };
  struct Test {
    std::size_t slot;
    Comparator comparator;
    Literal literal;
  };
  struct Law {
    Quantifier quantifier;
    Condition::Join join;
    std::vector<Test> tests;
    std::string text;
    bool broken = false;
    bool dirty = true;
  };

  std::size_t slot_of(const Observable& observable);
  void reset(const Trace& trace);
  static bool is_subject(const Slot& slot, const Fact& fact);
  static bool matches_detail(Slot& slot, StringId detail);
  static void update(Slot& slot, const Fact& fact);
  static std::string_view text_value(const Slot& slot);
  static bool holds(const Slot& slot, const Test& test);
  bool holds(const Law& law) const;
  void evaluate(Law& law, std::size_t fact, std::vector<LawViolation>& violations);
  std::string describe(const Law& law) const;

  std::vector<Slot> slots_;
  std::vector<Law> laws_;
};

/// For a single trace; builds the Monitors each time.
std::vector<LawViolation> judge(const CompiledScenario& scenario, const Trace& trace);

}  // namespace onhook
