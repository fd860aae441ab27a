// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/explain_violation.h"

#include <fmt/format.h>

#include "harness/explore/critical_pair.h"
#include "harness/explore/execution_log.h"
#include "harness/strategy/dfs.h"
#include "harness/strategy/pct.h"
#include "harness/strategy/random.h"
#include "harness/strategy/replay.h"

namespace onhook {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr unsigned kPriorityChanges = 2;
// What all continuations together may cost. Steps, not seconds: the same everywhere.
constexpr std::uint64_t kMaxSteps = 20'000'000;

/// What became of continuations of one prefix.
struct Continued {
  std::uint64_t random = 0;
  std::uint64_t searched = 0;
  std::uint64_t obeyed = 0;
  bool all = false;  ///< depth-first search ended: there are no others
  std::uint64_t tried() const { return random + searched; }
};

class StepSearch {
 public:
  StepSearch(Executor& executor, const ExplainBudget& budget)
      : executor_(executor), budget_(budget), base_(executor.setting()) {}

  /// Records the failing execution; false when it does not fail again without the order.
  bool record(const Outcome& failing) {
    ReplayPlan replay(failing.choices);
    ExecutionLog log(replay, 0);
    executor_.run(log);
    acts_ = log.acts();
    steps_ = steps_of(acts_);
    values_ = log.values();
    executor_.set({{}, base_.points, nullptr});
    GuidedPlan nothing(none_);
    PrefixPlan again(steps_, values_, PrefixPlan::kAll, nothing);
    const Outcome outcome = executor_.run(again);
    return outcome.violation && outcome.violation->law == failing.violation->law;
  }

  void explain(const CodeMap& map, Explanation& out) {
    const auto end = static_cast<std::uint32_t>(steps_.size());
    const auto from = [&](std::uint32_t prefix) {
      return continue_from(prefix, budget_.probe, budget_.probe_search);
    };
    const auto thorough_from = [&](std::uint32_t prefix) {
      return continue_from(prefix, budget_.last_random, budget_.last_search);
    };
    Continued before = thorough_from(0);
    if (before.obeyed == 0) {
      out.remarks.push_back(fmt::format("no step decides: {} from the beginning",
                                        none_of(before, "no execution obeys all laws")));
      return;
    }
    // After `good` steps some continuation obeys; after `bad` none was found.
    std::uint32_t good = 0;
    std::uint32_t bad = end;
    Continued after;
    while (true) {
      while (bad - good > 1) {
        const std::uint32_t middle = good + (bad - good) / 2;
        const Continued tried = from(middle);
        if (tried.obeyed > 0) before = tried;
        (tried.obeyed > 0 ? good : bad) = middle;
      }
      after = thorough_from(bad);
      if (after.obeyed == 0) break;
      before = after;
      good = bad;
      if (good == end) {
        out.remarks.push_back("no step decides: even after the last one an execution may pass");
        return;
      }
      bad = end;
    }
    describe(bad - 1, before, after, map, out);
  }

 private:
  void try_plan(Chooser& then, std::uint32_t prefix, Continued& so_far) {
    PrefixPlan plan(steps_, values_, prefix, then);
    const Outcome outcome = executor_.run(plan);
    spent_ += outcome.ending.steps;
    const bool ended = outcome.ending.end == End::settled || outcome.ending.end == End::quiescent;
    if (ended && !outcome.violation && !outcome.harness_fault) ++so_far.obeyed;
  }

  /// The default continuation, then by turns a random walk and one with random priorities, then
  /// depth-first search: until one obeys.
  Continued continue_from(std::uint32_t prefix, std::uint64_t random, std::uint64_t search) {
    Continued result;
    const auto enough = [&] { return result.obeyed > 0 || spent_ > kMaxSteps; };
    GuidedPlan defaults(none_);
    try_plan(defaults, prefix, result);
    ++result.random;
    RandomStrategy walk(kSeed);
    PctStrategy priorities(kSeed, kPriorityChanges);
    while (result.random < random && !enough()) {
      Strategy& next = result.random % 2 == 0 ? static_cast<Strategy&>(walk) : priorities;
      try_plan(*next.next(), prefix, result);
      next.finished({});
      ++result.random;
    }
    DfsStrategy dfs;
    while (result.searched < search && !enough()) {
      Chooser* next = dfs.next();
      if (next == nullptr) break;
      try_plan(*next, prefix, result);
      dfs.finished({});
      ++result.searched;
    }
    result.all = result.obeyed == 0 && dfs.complete();
    return result;
  }

  void describe(std::size_t index, const Continued& before, const Continued& after,
                const CodeMap& map, Explanation& out) {
    // Once more, for the stack.
    std::size_t at = 0;
    for (std::size_t steps = 0; acts_[at].sort != Act::Sort::step || steps++ < index;) ++at;
    GuidedPlan nothing(none_);
    PrefixPlan again(steps_, values_, PrefixPlan::kAll, nothing);
    ExecutionLog with_stack(again, 0, {at});
    executor_.run(with_stack);
    const Act& act = with_stack.acts().at(at);
    CriticalStep step;
    step.at.thread = lane_name(executor_.world().trace(), act.thread);
    step.at.what = words_of(act, map);
    step.at.step = act.step;
    step.at.stack = frames_of(with_stack.stacks().at(at), map);
    step.at.time = executor_.world().time_of(act.step, act.time);
    step.proven = after.all;
    step.claim =
        fmt::format("after it {}; right before it the {} tried obeys all laws",
                    none_of(after, "no continuation obeys all laws"), ordinal(before.tried()));
    out.step = std::move(step);
  }

  static std::string ordinal(std::uint64_t n) {
    const char* ending = "th";
    if (n % 100 / 10 != 1) {
      if (n % 10 == 1) ending = "st";
      if (n % 10 == 2) ending = "nd";
      if (n % 10 == 3) ending = "rd";
    }
    return fmt::format("{}{}", n, ending);
  }

  /// "`what` (all 12 were run)", or what was tried instead.
  static std::string none_of(const Continued& tried, std::string_view what) {
    if (tried.all)
      return fmt::format("{} (depth-first search ended, {} run)", what, tried.searched);
    return fmt::format("{} of {} tried ({} random, {} depth-first)", what, tried.tried(),
                       tried.random, tried.searched);
  }

  Executor& executor_;
  const ExplainBudget& budget_;
  const Executor::Setting base_;
  const std::vector<Choice> none_;
  std::vector<Act> acts_;
  std::vector<Act> steps_;
  std::vector<ValueTaken> values_;
  std::uint64_t spent_ = 0;
};

/// The scheduler's step at which the law was seen to break.
std::uint32_t last_step_of(const Trace& trace, const Violation& violation) {
  return violation.fact < trace.facts.size() ? trace.facts[violation.fact].step : ~0u;
}

}  // namespace

Explanation explain_violation(Executor& executor, const CodeMap& map, const Outcome& failing,
                              const ExplainBudget& budget) {
  Explanation out;
  if (!failing.violation) return out;
  if (failing.violation->law == "endless loop") {
    out.remarks.push_back("an endless loop is not explained: each run of it costs its whole limit");
    return out;
  }
  const Executor::Setting base = executor.setting();
  StepSearch steps(executor, budget);
  const bool repeats = steps.record(failing);
  // Only a law of the scenario's breaks at a fact; a deadlock or a crash has no fact of its own.
  const std::uint32_t last = failing.ending.end == End::settled
                                 ? last_step_of(executor.world().trace(), *failing.violation)
                                 : ~0u;
  if (!repeats) {
    out.remarks.push_back("it does not fail again without the order that was forced");
    executor.set(base);
    return out;
  }
  steps.explain(map, out);
  executor.set({{}, base.points, nullptr});
  PairSearch pair = find_critical_pair(executor, map, failing, base.order, last, budget);
  out.pair = std::move(pair.pair);
  if (!out.pair) out.remarks.push_back(pair.why_none);
  executor.set(base);
  return out;
}

}  // namespace onhook
