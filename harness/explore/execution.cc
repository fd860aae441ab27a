// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/execution.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/strings.h"
#include "harness/explore/named_findings.h"
#include "harness/race/judges.h"
#include "harness/strategy/replay.h"

namespace onhook {
namespace {

bool asks_for(std::string_view law, const CompiledScenario& scenario) {
  return std::ranges::find(scenario.without, law, &Without::law) == scenario.without.end();
}

/// Ends that are verdicts by themselves: no law of the scenario has to name them.
std::optional<Violation> verdict_of(const Ending& ending, const CompiledScenario& scenario) {
  switch (ending.end) {
    case End::fault:
      return Violation{"crash", ending.why, 0, {}};
    case End::assertion:
      return Violation{"assertion", ending.why, 0, {}};
    case End::lock_circle:
      // A scenario that does not ask for the law cannot go on either.
      if (!asks_for("LOCK", scenario)) return Violation{"deadlock", ending.why, 0, {}};
      return Violation{"LOCK", ending.why, 0, {}};
    case End::deadlock:
      return Violation{"deadlock", ending.why, 0, {}};
    case End::step_limit:
      return Violation{
          "endless loop", fmt::format("still running after {} steps", ending.steps), 0, {}};
    case End::spin_limit:
      return Violation{"endless loop", ending.why, 0, {}};
    case End::quiescent:
      if (scenario.program && !ending.main_finished && ending.why.empty()) {
        return Violation{"deadlock", "main() waits for something that never comes", 0, {}};
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

/// A verdict for which a judge has more words is told in these, once.
void take_over_explained(Outcome& outcome) {
  if (!outcome.violation) return;
  const auto same = std::ranges::find_if(outcome.findings, [&](const Violation& f) {
    return f.law == outcome.violation->law && f.judgement->is_end;
  });
  if (same == outcome.findings.end()) return;
  outcome.violation->message = std::move(same->message);
  outcome.violation->judgement = std::move(same->judgement);
  outcome.findings.erase(same);
}

}  // namespace

bool Outcome::has(const Violation& wanted) const {
  return (violation && violation->same_as(wanted)) ||
         std::ranges::any_of(findings, [&](const Violation& f) { return f.same_as(wanted); });
}

ScenarioEvents::ScenarioEvents(const CompiledScenario& scenario, const Trace& trace)
    : scenario_(scenario), trace_(trace) {
  for (const EventPattern& event : scenario.events) verbs_.push_back(intern(event.verb));
}

int ScenarioEvents::match(const Thread& thread, StringId actor, StringId verb, StringId detail) {
  for (std::size_t i = 0; i < verbs_.size(); ++i) {
    if (verbs_[i] != verb) continue;
    if (matches(scenario_.events[i], trace_.lanes.at(thread.id), text_of(actor), text_of(verb),
                text_of(detail))) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

Executor::Executor(World& world, const CompiledScenario& scenario)
    : world_(world),
      scenario_(scenario),
      events_(scenario, world.trace()),
      monitors_(scenario),
      general_laws_(scenario) {
  for (std::size_t i = 0; i < scenario.events.size(); ++i) wanted_ |= 1u << i;
}

void Executor::set_order(const OrderCase& order) {
  order_ = {};
  std::uint32_t before = 0;
  for (std::size_t event : order.events) {
    order_.predecessors[event] = before;
    before |= 1u << event;
  }
  inner_states_.forget();
}

Outcome Executor::run(Chooser& plan) {
  inner_states_.forget();
  RecordingPlan recording(plan);
  return outcome_of(world_.execute(recording, world_setting()), recording);
}

Outcome Executor::run_next(Strategy& strategy, Chooser& plan) {
  // What judges know of an execution is not kept with its inner states.
  const bool judged = judges_ != nullptr && !judges_->empty();
  const std::uint32_t shared = judged ? 0 : strategy.shared_steps();
  if (shared == 0) return run(plan);
  const InnerStates::State* from = inner_states_.latest(shared);
  last_choices_.resize(from != nullptr ? from->choices : 0);
  RecordingPlan recording(plan, std::move(last_choices_), from != nullptr ? from->preemptions : 0,
                          from != nullptr ? from->steps : 0);
  if (from != nullptr) {
    ++begun_inside_;
    strategy.begin_after(from->steps);
    world_.begin_at(from->world, recording);
  } else {
    world_.begin(recording, world_setting());
  }
  while (!world_.go_on(InnerStates::kSpacing)) {
    InnerStates::State& state = inner_states_.add();
    state.steps = recording.steps();
    state.choices = recording.choices().size();
    state.preemptions = recording.preemptions();
    world_.save(state.world);
  }
  Outcome outcome = outcome_of(world_.ending(), recording);
  last_choices_ = outcome.choices;
  return outcome;
}

Outcome Executor::outcome_of(Ending ending, RecordingPlan& recording) {
  Outcome outcome;
  outcome.ending = std::move(ending);
  outcome.choices = recording.take_choices();
  outcome.preemptions = recording.preemptions();
  outcome.reached = (outcome.ending.happened & wanted_) == wanted_;
  if (outcome.ending.end == End::unmodelled) {
    outcome.harness_fault = true;
  } else if (is_execution(outcome.ending.end) || is_cut(outcome.ending.end)) {
    outcome.violation = judge(outcome.ending);
    if (judges_ != nullptr) {
      outcome.findings = findings_->violations(judges_->findings(), world_.trace());
      take_over_explained(outcome);
    }
    if (outcome.ending.end == End::judged && outcome.findings.empty()) {
      outcome.ending.cuts |= kSilenced;
    }
  }
  return outcome;
}

std::optional<Violation> Executor::judge(const Ending& ending) {
  // It says what is wrong by itself; laws about what would have come later cannot be asked.
  if (ending.end == End::judged) return std::nullopt;
  const Trace& trace = world_.trace();
  if (auto violation = verdict_of(ending, scenario_)) {
    violation->fact = trace.facts.empty() ? 0 : trace.facts.size() - 1;
    return violation;
  }
  if (judged_.has(trace)) return std::nullopt;
  const Extent extent = is_cut(ending.end) ? Extent::beginning : Extent::whole;
  // The scenario's own laws say best what went wrong; a general one counts where it broke earlier.
  std::vector<LawViolation> broken = monitors_.judge(trace, extent);
  const std::vector<LawViolation> general = general_laws_.judge(trace);
  broken.insert(broken.end(), general.begin(), general.end());
  if (broken.empty()) {
    if (extent == Extent::whole) judged_.add(trace);
    return std::nullopt;
  }
  const auto first = std::ranges::min_element(broken, {}, &LawViolation::fact);
  return Violation{first->law, first->message, first->fact, {}};
}

}  // namespace onhook
