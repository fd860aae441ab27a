// SPDX-License-Identifier: GPL-3.0-or-later
// THE INNER LOOP's frame: one execution of one world under one plan, and what it showed.
//
// The loop itself is Scheduler::run() (harness/sched/scheduler.cc, switch_to_next()): announce,
// choose, switch, happen. Here the execution is started from the snapshot, its choices are
// recorded, and its end and its trace are judged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/explore/inner_states.h"
#include "harness/explore/judged_traces.h"
#include "harness/host/world.h"
#include "harness/report/verdict.h"
#include "harness/scenario/compiled.h"
#include "harness/scenario/laws/laws.h"
#include "harness/scenario/monitors.h"
#include "harness/strategy/strategy.h"
#include "harness/trace/schedule.h"

namespace onhook {

class Judges;         // harness/race/judges.h
class NamedFindings;  // named_findings.h
class RecordingPlan;

/// What one execution showed. The trace stays in the world until the next one.
struct Outcome {
  Ending ending;
  std::vector<Choice> choices;
  std::size_t preemptions = 0;
  bool reached = false;                ///< all events of the order happened
  std::optional<Violation> violation;  ///< the first law broken, without its trace
  /// What judges found, each root cause once; they count whether a law broke or not.
  std::vector<Violation> findings = {};
  bool harness_fault = false;  ///< not modelled; ending.why names it

  bool is_violation() const { return violation.has_value() || !findings.empty(); }
  /// This very violation came up again.
  bool has(const Violation& wanted) const;
};

/// Recognises the scenario's events among pending operations.
class ScenarioEvents : public EventMatcher {
 public:
  /// `trace`: of the running execution, whose lanes are the threads.
  ScenarioEvents(const CompiledScenario& scenario, const Trace& trace);
  int match(const Thread& thread, StringId actor, StringId verb, StringId detail) override;

 private:
  const CompiledScenario& scenario_;
  const Trace& trace_;
  std::vector<StringId> verbs_;  ///< of each event: most questions end here
};

class Executor {
 public:
  /// Both outlive it.
  Executor(World& world, const CompiledScenario& scenario);

  /// The order that the next executions are held to; an empty one holds nothing back.
  void set_order(const OrderCase& order);

  /// Which plain accesses are scheduling points, and who watches all of them; either may be null.
  void set_accesses(const AccessPoints* points, AccessSink* sink) {
    points_ = points;
    sink_ = sink;
    inner_states_.forget();
  }

  /// What holds for the next executions, to be put aside and back.
  struct Setting {
    EventOrder order;
    const AccessPoints* points = nullptr;
    AccessSink* sink = nullptr;
  };
  Setting setting() const { return {order_, points_, sink_}; }
  void set(const Setting& setting) {
    order_ = setting.order;
    set_accesses(setting.points, setting.sink);
  }

  /// The judges of the world, and who gives their findings names; both outlive it.
  void set_judges(const Judges& judges, NamedFindings& findings) {
    judges_ = &judges;
    findings_ = &findings;
  }

  Outcome run(Chooser& plan);

  /// The plan that strategy.next() gave. Begins at an inner state of the execution before if the
  /// plans share it; nobody can tell the difference.
  Outcome run_next(Strategy& strategy, Chooser& plan);

  /// Executions that began at an inner state.
  std::uint64_t begun_inside() const { return begun_inside_; }

  World& world() { return world_; }

 private:
  ExecutionSetting world_setting() {
    return {order_, scenario_.events.empty() ? nullptr : &events_, points_, sink_};
  }
  Outcome outcome_of(Ending ending, RecordingPlan& recording);
  std::optional<Violation> judge(const Ending& ending);

  World& world_;
  const CompiledScenario& scenario_;
  ScenarioEvents events_;
  Monitors monitors_;
  GeneralLaws general_laws_;
  JudgedTraces judged_;
  EventOrder order_;
  const AccessPoints* points_ = nullptr;
  AccessSink* sink_ = nullptr;
  const Judges* judges_ = nullptr;
  NamedFindings* findings_ = nullptr;
  std::uint32_t wanted_ = 0;  ///< bit set of the events that must happen
  InnerStates inner_states_;
  std::uint64_t begun_inside_ = 0;
  std::vector<Choice> last_choices_;  ///< of the execution that they belong to
};

}  // namespace onhook
