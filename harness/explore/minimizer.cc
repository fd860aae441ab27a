// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/minimizer.h"

#include <algorithm>

#include "harness/strategy/replay.h"

namespace onhook {
namespace {

bool same_thread(const Choice& a, const Choice& b) {
  const auto* x = std::get_if<ThreadChoice>(&a);
  const auto* y = std::get_if<ThreadChoice>(&b);
  return x != nullptr && y != nullptr && x->thread == y->thread;
}

/// Smaller is easier to read.
struct Cost {
  std::size_t preemptions;
  std::size_t switches;
  std::size_t choices;
  friend auto operator<=>(const Cost&, const Cost&) = default;
};

Cost cost_of(const Outcome& outcome) {
  std::size_t switches = 0;
  for (std::size_t i = 1; i < outcome.choices.size(); ++i) {
    if (!same_thread(outcome.choices[i - 1], outcome.choices[i])) ++switches;
  }
  return {outcome.preemptions, switches, outcome.choices.size()};
}

/// The index one past the run of equal threads that begins at `begin`.
std::size_t end_of_run(const std::vector<Choice>& choices, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < choices.size() && same_thread(choices[begin], choices[end])) ++end;
  return end;
}

/// All ways to change `choices` once, the boldest first.
std::vector<std::vector<Choice>> smaller_schedules(const std::vector<Choice>& choices) {
  std::vector<std::vector<Choice>> smaller;
  for (std::size_t begin = 0; begin < choices.size(); begin = end_of_run(choices, begin)) {
    const std::size_t end = end_of_run(choices, begin);
    // The run is left out: whoever is next goes on instead.
    std::vector<Choice> without(choices.begin(),
                                choices.begin() + static_cast<std::ptrdiff_t>(begin));
    without.insert(without.end(), choices.begin() + static_cast<std::ptrdiff_t>(end),
                   choices.end());
    smaller.push_back(std::move(without));
    // The thread's next run is moved up: it was not interrupted.
    for (std::size_t next = end; next < choices.size(); next = end_of_run(choices, next)) {
      if (!same_thread(choices[begin], choices[next])) continue;
      std::vector<Choice> moved = choices;
      std::rotate(moved.begin() + static_cast<std::ptrdiff_t>(end),
                  moved.begin() + static_cast<std::ptrdiff_t>(next),
                  moved.begin() + static_cast<std::ptrdiff_t>(end_of_run(choices, next)));
      smaller.push_back(std::move(moved));
      break;
    }
    if (const auto* value = std::get_if<ValueChoice>(&choices[begin]);
        value != nullptr && value->index > 0) {
      std::vector<Choice> first = choices;
      std::get<ValueChoice>(first[begin]).index = 0;
      smaller.push_back(std::move(first));
    }
  }
  return smaller;
}

}  // namespace

Outcome minimise(Executor& executor, const Outcome& failing, std::uint64_t max_executions) {
  Outcome best = failing;
  std::uint64_t executions = 0;
  const auto try_schedule = [&](const std::vector<Choice>& choices) {
    ++executions;
    GuidedPlan plan(choices);
    Outcome outcome = executor.run(plan);
    if (!outcome.violation || outcome.violation->law != failing.violation->law ||
        !outcome.reached || cost_of(outcome) >= cost_of(best)) {
      return false;
    }
    best = std::move(outcome);
    return true;
  };
  if (max_executions > 0) try_schedule({});
  for (bool progress = true; progress && executions < max_executions;) {
    progress = false;
    for (const std::vector<Choice>& smaller : smaller_schedules(best.choices)) {
      if (executions >= max_executions) break;
      if (try_schedule(smaller)) {
        progress = true;
        break;
      }
    }
  }
  ReplayPlan last(best.choices);
  return executor.run(last);
}

}  // namespace onhook
