// SPDX-License-Identifier: GPL-3.0-or-later
// A scenario after compilation: plain data, every name resolved, every window checked.
//
// The compiler (compiler.h) writes it; the host hands `script` to the fakes, the engine holds back
// the operations that `events` describe until an OrderCase is forced, and the monitors (monitors.h)
// judge `laws` on the trace. Nothing here runs anything, and nothing here is validated again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fakes/script.h"
#include "harness/base/ids.h"
#include "harness/trace/event.h"

namespace onhook {

/// A name for the plugin threads that run `entry_function`: "thread relay janus_sip_relay_thread".
struct ThreadRole {
  std::string name;
  std::string entry_function;
  /// "of alice": only the thread of this account, known by its lane ("siprtp alice"); "": any.
  std::string account;
  unsigned number = 0;  ///< "number 2": only the second that was made; 0: any
};

enum class SubjectKind { actor, thread_role };

/// Who does something: an actor of the script, or any thread that plays a role (whichever actor the
/// operation is about).
struct Subject {
  SubjectKind kind = SubjectKind::actor;
  std::string name;            ///< the actor's or the role's
  std::string entry_function;  ///< thread_role only
  std::string account;         ///< thread_role only, see ThreadRole
  unsigned number = 0;         ///< thread_role only, see ThreadRole
};

/// A pattern over a pending operation. The first operation that matches it is the event.
struct EventPattern {
  std::string name;
  Subject subject;
  std::string verb;  ///< fakes/vocabulary.h
  /// Each must be one of the ", "-separated attributes of the operation's detail.
  std::vector<std::string> attributes;
  std::string text;  ///< as written: "sofia delivers nua_i_state, callstate terminated"
  int line = 0;
};

/// True if an operation (announced or recorded by the thread of `lane`) is one that the pattern
/// means. Pure; does not allocate.
bool matches(const Subject& subject, const Lane& lane, std::string_view actor);
bool matches(const EventPattern& event, const Lane& lane, std::string_view actor,
             std::string_view verb, std::string_view detail);
/// True if each of `attributes` is among the ", "-separated ones of `detail`.
bool has_attributes(std::string_view detail, const std::vector<std::string>& attributes);

/// One order to force: these events, strictly in this order; events that it does not mention are
/// free but must still be reached. Empty: unconstrained.
struct OrderCase {
  std::vector<std::size_t> events;  ///< indices into CompiledScenario::events
  std::string text;                 ///< "hangup < relay_exit < terminated", "" when empty
};

enum class ValueType { boolean, integer, text };
using Literal = std::variant<bool, std::int64_t, std::string>;

/// A value read off the trace. `names.h` has the table that gives each spelling its reading.
struct Observable {
  enum class Reading {
    happened,  ///< boolean: some fact matched
    count,     ///< integer: how many facts matched
    balance,   ///< integer: facts of `verb` minus facts of `opposite_verb`
    is_open,   ///< boolean: balance > 0
    last,      ///< text: the detail of the latest fact that matched; no value before the first
    state,     ///< text: the same, of a detail "old -> new" only "new"
    keyed      ///< text: the latest detail "KEY VALUE" of the one key in `attributes`; "VALUE"
  };
  Reading reading = Reading::happened;
  ValueType type = ValueType::boolean;
  Subject subject;
  std::string verb;
  std::string opposite_verb;            ///< balance and is_open only
  std::vector<std::string> attributes;  ///< as in EventPattern
  std::string text;                     ///< as written: "pc(alice).closed_count"
};

enum class Comparator { equal, not_equal, less, less_equal, greater, greater_equal };

/// `observable comparator literal`; the literal has the observable's type. An observable that has
/// no value yet equals nothing and differs from everything.
struct Predicate {
  Observable observable;
  Comparator comparator = Comparator::equal;
  Literal literal;
};

/// One comparison, or several joined by one and the same word.
struct Condition {
  enum class Join { all_of, any_of };
  Join join = Join::all_of;
  std::vector<Predicate> comparisons;  ///< never empty
};

enum class Quantifier {
  always,  ///< true after every fact
  never,   ///< true after no fact
  finally  ///< true when the execution is over
};

struct LawSpec {
  Quantifier quantifier = Quantifier::always;
  Condition condition;
  std::string text;  ///< canonical: "finally pc(alice).close_reason == \"Close PC\""
  int line = 0;
};

/// A law of every scenario (names.h) that this one does not ask for, and why.
struct Without {
  std::string law;
  std::string reason;
};

/// The subject is a plain C program instead of the plugin; the engine's own verdicts (assertion
/// failure, crash, deadlock, endless loop) are the laws.
struct ProgramSubject {
  std::string c_file;                ///< relative to the folder of the .scn
  std::vector<std::string> defines;  ///< compiler arguments: "-DX=1"
  std::vector<std::string> args;     ///< the program's own arguments
};

struct CompiledScenario {
  std::string name;
  std::string summary;
  std::vector<std::string> see;  ///< "janus#3430"
  std::string path;              ///< as given to the compiler
  std::string hash;              ///< SHA-256, hex, of the tokens: blanks and comments do not count

  fakes::Script script;  ///< includes an instruction for each event that is an actor's own act
  std::vector<ThreadRole> threads;
  std::vector<EventPattern> events;
  std::vector<OrderCase> orders;  ///< never empty; one empty case when the file has no order line
  std::vector<LawSpec> laws;
  std::vector<Without> without;
  /// General laws whose judges watch unless others are asked for (harness/race/judges.h).
  std::vector<std::string> judged_by;
  TimeNs settles = 0;  ///< all must be over this long after the race begins; 0: no limit (program)
  std::optional<ProgramSubject> program;
};

}  // namespace onhook
