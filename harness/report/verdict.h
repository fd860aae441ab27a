// SPDX-License-Identifier: GPL-3.0-or-later
// What a run says, and the exit code that says it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/execution_bounds.h"
#include "harness/base/shard.h"
#include "harness/report/explanation.h"
#include "harness/report/judgement.h"
#include "harness/report/lock_edges.h"
#include "harness/report/outside_view.h"
#include "harness/trace/event.h"

namespace onhook {

enum class Verdict {
  holds,         ///< every execution tried obeyed every law and reached the events
  violated,      ///< some execution broke a law (which includes crash, deadlock, endless loop)
  vacuous,       ///< the scenario's events were never reached: proves nothing, red
  infeasible,    ///< none of the asked orders could be forced: red
  harness_fault  ///< onhook is wrong, or a call is not modelled, or a replay did not repeat
};

enum class OrderOutcome {
  holds,
  violated,
  infeasible,  ///< proven: the search of this order ended without one execution of it
  not_reached  ///< the budget ended first; never counted as passed
};

struct OrderResult {
  std::vector<std::string> events;  ///< names in this order
  OrderOutcome outcome = OrderOutcome::not_reached;
  std::string why;  ///< what excluded an infeasible order, in words
  std::uint64_t executions = 0;
  std::vector<std::string> came = {};  ///< events that happened, in whichever execution
  std::vector<std::string> held = {};  ///< events held back when a path was given up
  std::string search = {};             ///< figures of a search that can prove something
  std::vector<ViewCount> views = {};   ///< how executions of it looked from outside, if asked for
};

/// The law of a world that never came to its race; an execution that broke it says nothing of the
/// scenario's.
inline constexpr std::string_view kSetUpLaw = "set-up";

/// Of an order without an execution, from `came` and `held`: why, in words.
std::string why_never(const OrderResult& order);

/// Which law broke, in which execution.
struct Violation {
  std::string law;  ///< "finally pc(alice).close_reason == \"Close PC\"", "PC-CLOSE", "crash", ...
  std::string message;   ///< what was seen instead, one line
  std::size_t fact = 0;  ///< index into the trace of the fact at which it became certain
  Trace trace;
  std::string schedule = {};                ///< path of its .sched, "" when none was written
  std::vector<std::string> order = {};      ///< the order of events in force
  TimeNs time = kForever;                   ///< of that fact, where the trace is not at hand
  Explanation explanation = {};             ///< empty: nobody looked for one
  std::optional<Judgement> judgement = {};  ///< of a judge's finding

  /// One root cause: the same law, and of a judge's finding the same places and object.
  bool same_as(const Violation& other) const {
    return law == other.law && cause() == other.cause();
  }
  std::string cause() const { return judgement ? judgement->cause : std::string(); }
};

/// One scenario on one target.
struct RunResult {
  std::string scenario;  ///< path as given
  std::string target;
  Verdict verdict = Verdict::vacuous;
  std::vector<Violation> violations;  ///< first of each law
  std::vector<OrderResult> orders;
  std::uint64_t executions = 0;
  bool complete = false;        ///< only when proven
  std::string bound;            ///< what cut the exploration short, "" when nothing did
  ExecutionBounds bounds = {};  ///< on each execution
  BoundHits hits = {};          ///< executions that met them
  double seconds = 0;
  std::string schedule;  ///< path of the .sched written, "" when none
  std::string fault;     ///< harness_fault: what, by name

  Shard part = {};           ///< which part of the exploration this is; the whole
  std::string search = {};   ///< strategy, seed, budget: parts of one exploration agree
  std::string inputs = {};   ///< fingerprint of scenario and plugin: parts agree; "" unknown
  bool interrupted = false;  ///< by Ctrl-C
  /// Its process ended and had sent no result, for no fault of the plugin's that is known: another
  /// time it may send one.
  bool unsaid = false;
  /// Sum of a hash of each counted execution's trace, when asked for: equal for two explorations of
  /// the same executions in whatever order and parts.
  std::optional<std::uint64_t> digest = {};
  /// How many causes each suppression that was given fitted (suppressions.h).
  std::vector<std::uint64_t> suppressed = {};
  /// Locks taken inside others, in all executions; empty once the whole has been judged by them.
  LockRecord lock_record = {};
};

/// "12 executions cut at 200 steps, 7 held to 3 timeouts"; "" when no execution met a bound.
std::string bounds_text(const RunResult& result);

/// It broke before the race, so its laws could not be judged.
bool is_not_set_up(const RunResult& result);

/// From faults, violations and orders.
Verdict verdict_of(const RunResult& result);

/// The process's exit code: 0 as expected, 1 violated, 2 usage or file error, 3 harness fault, 4
/// vacuous or infeasible.
int exit_code_of(Verdict verdict);
const char* to_string(Verdict verdict);
const char* to_string(OrderOutcome outcome);

}  // namespace onhook
