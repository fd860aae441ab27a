// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/minimizer.h"

#include <algorithm>
#include <utility>

#include "harness/strategy/replay.h"

namespace onhook {
namespace {

bool same_thread(const Choice& a, const Choice& b) {
  const auto* x = std::get_if<ThreadChoice>(&a);
  const auto* y = std::get_if<ThreadChoice>(&b);
  return x != nullptr && y != nullptr && x->thread == y->thread;
}

std::size_t switches_in(const std::vector<Choice>& choices) {
  std::size_t switches = 0;
  for (std::size_t i = 1; i < choices.size(); ++i) {
    if (!same_thread(choices[i - 1], choices[i])) ++switches;
  }
  return switches;
}

/// The index one past the run of equal threads that begins at `begin`.
std::size_t end_of_run(const std::vector<Choice>& choices, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < choices.size() && same_thread(choices[begin], choices[end])) ++end;
  return end;
}

/// The schedules in which one thread is not interrupted, or one run of a thread is left out.
std::vector<std::vector<Choice>> straightened(const std::vector<Choice>& choices) {
  std::vector<std::vector<Choice>> all;
  const auto at = [](auto& list, std::size_t i) {
    return list.begin() + static_cast<std::ptrdiff_t>(i);
  };
  for (std::size_t begin = 0; begin < choices.size(); begin = end_of_run(choices, begin)) {
    const std::size_t end = end_of_run(choices, begin);
    std::vector<Choice> without(choices.begin(), at(choices, begin));
    without.insert(without.end(), at(choices, end), choices.end());
    all.push_back(std::move(without));
    for (std::size_t next = end; next < choices.size(); next = end_of_run(choices, next)) {
      if (!same_thread(choices[begin], choices[next])) continue;
      std::vector<Choice> moved = choices;
      std::rotate(at(moved, end), at(moved, next), at(moved, end_of_run(choices, next)));
      all.push_back(std::move(moved));
      break;
    }
  }
  return all;
}

/// Smaller is easier to read. Every step of the search makes it smaller, so the search ends.
struct Cost {
  std::size_t deviations;
  std::size_t preemptions;
  std::size_t switches;
  std::size_t choices;
  friend auto operator<=>(const Cost&, const Cost&) = default;
};

class Search {
 public:
  Search(Executor& executor, const Outcome& failing, std::uint64_t max_executions)
      : executor_(executor), failing_(failing), max_executions_(max_executions) {}

  Minimised run() {
    ReplayPlan replay(failing_.choices);
    const bool repeats = try_plan(replay, Accept::any);
    if (!repeats) best_.outcome = failing_;
    bool minimal = false;
    while (repeats && !spent()) {
      minimal = remove_chunks();
      if (!minimal || !straighten()) break;
      minimal = false;
    }
    best_.locally_minimal = minimal;
    best_.executions = executions_;
    ReplayPlan last(best_.outcome.choices);
    best_.outcome = executor_.run(last);
    return std::move(best_);
  }

 private:
  enum class Accept { smaller, any };

  bool spent() const { return executions_ >= max_executions_; }

  static Cost cost_of(const Minimised& m) {
    return {m.deviations.size(), m.outcome.preemptions, switches_in(m.outcome.choices),
            m.outcome.choices.size()};
  }

  /// Keeps what the plan leads to if it breaks the same law and is smaller.
  bool try_plan(Chooser& plan, Accept accept) {
    ++executions_;
    DeviationRecorder recorder(plan);
    Minimised tried;
    tried.outcome = executor_.run(recorder);
    tried.deviations = recorder.deviations();
    if (!tried.outcome.has(*failing_.violation)) return false;
    if (failing_.reached && !tried.outcome.reached) return false;
    if (accept == Accept::smaller && cost_of(tried) >= cost_of(best_)) return false;
    best_ = std::move(tried);
    return true;
  }

  bool try_without(std::size_t begin, std::size_t count) {
    std::vector<Deviation> fewer = best_.deviations;
    const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(begin);
    fewer.erase(first, first + static_cast<std::ptrdiff_t>(count));
    DeviationPlan plan(fewer);
    return try_plan(plan, Accept::smaller);
  }

  /// True when no single deviation can be removed; false when the budget ended before that.
  bool remove_chunks() {
    for (std::size_t chunk = best_.deviations.size(); chunk > 0;) {
      bool removed = false;
      // From the end: what comes late depends on what comes early.
      for (std::size_t end = best_.deviations.size(); end > 0;) {
        if (spent()) return false;
        const std::size_t count = std::min(chunk, end);
        if (try_without(end - count, count)) {
          removed = true;
          end = std::min(end - count, best_.deviations.size());
        } else {
          end -= count;
        }
      }
      if (!removed || chunk > 1) chunk = std::min(chunk / 2, best_.deviations.size());
      if (chunk == 0 && removed) chunk = 1;
    }
    return true;
  }

  bool straighten() {
    for (const std::vector<Choice>& choices : straightened(best_.outcome.choices)) {
      if (spent()) return false;
      GuidedPlan plan(choices);
      if (try_plan(plan, Accept::smaller)) return true;
    }
    return false;
  }

  Executor& executor_;
  const Outcome& failing_;
  const std::uint64_t max_executions_;
  std::uint64_t executions_ = 0;
  Minimised best_;
};

}  // namespace

Minimised minimise_schedule(Executor& executor, const Outcome& failing,
                            std::uint64_t max_executions) {
  if (max_executions > 0) return Search(executor, failing, max_executions).run();
  Minimised same;
  ReplayPlan replay(failing.choices);
  same.outcome = executor.run(replay);
  return same;
}

Outcome minimise(Executor& executor, const Outcome& failing, std::uint64_t max_executions) {
  return minimise_schedule(executor, failing, max_executions).outcome;
}

Outcome run_deviations(Executor& executor, const std::vector<Deviation>& deviations) {
  DeviationPlan plan(deviations);
  return executor.run(plan);
}

}  // namespace onhook
