// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/critical_pair.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "harness/base/strings.h"
#include "harness/explore/execution_log.h"
#include "harness/explore/swap_plan.h"
#include "harness/strategy/replay.h"

namespace onhook {
namespace {

/// Where conflicts are looked for: memory by words of 8 bytes, other objects by their own address.
ObjectId cell_of(const Act& act) {
  return is_memory(act.kind) ? act.object & ~ObjectId{7} : act.object;
}

bool overlap(const Act& a, const Act& b) {
  if (!is_memory(a.kind) || !is_memory(b.kind)) return a.object == b.object;
  return a.object < b.object + std::max(b.bytes, 1u) && b.object < a.object + std::max(a.bytes, 1u);
}

/// Kinds whose order nobody can turn round, or that are no access.
bool can_conflict(const Act& act) {
  switch (act.kind) {
    case OpKind::thread_start:
    case OpKind::thread_exit:
    case OpKind::thread_join:
    case OpKind::announce:
    case OpKind::sleep:
    case OpKind::yield:
    case OpKind::unlock:
      return false;
    default:
      return act.object != 0 && act.access != Access::none;
  }
}

bool conflict(const Act& a, const Act& b) {
  return a.thread != b.thread && overlap(a, b) &&
         (a.access == Access::write || b.access == Access::write);
}

/// Two acts of a log, by index. kPending: what the thread was about to do in the end.
struct Pair {
  static constexpr std::size_t kPending = SIZE_MAX;
  std::size_t first;
  std::size_t second;
  Act first_act;
  Act second_act;
};

/// The acts of others that each act conflicts with, the latest of each thread.
class PairFinder {
 public:
  void visit(std::size_t index, const Act& act, std::vector<Pair>& pairs) {
    if (!can_conflict(act)) return;
    auto& latest = latest_[cell_of(act)];
    for (const auto& [key, earlier] : latest) {
      if (conflict(earlier.second, act)) {
        pairs.push_back({earlier.first, index, earlier.second, act});
      }
    }
    if (index == Pair::kPending) return;
    // Behind a write nothing older is adjacent to what comes.
    if (act.access == Access::write) {
      std::erase_if(latest, [&](const auto& entry) { return overlap(entry.second.second, act); });
    }
    latest[{act.thread, act.access, act.object}] = {index, act};
  }

 private:
  using Who = std::tuple<ThreadId, Access, ObjectId>;
  std::map<ObjectId, std::map<Who, std::pair<std::size_t, Act>>> latest_;
};

bool obeys(const Outcome& outcome) {
  return !outcome.violation && !outcome.harness_fault &&
         (outcome.ending.end == End::settled || outcome.ending.end == End::quiescent);
}

class Search {
 public:
  Search(Executor& executor, const CodeMap& map, const ExplainBudget& budget)
      : executor_(executor), map_(map), budget_(budget), base_(executor.setting()) {}

  PairSearch run(const Outcome& failing, const EventOrder& order, std::uint32_t last_step) {
    record(failing, order, {});
    find_pairs(last_step);
    PairSearch result;
    std::uint64_t tried = 0;
    for (const Pair& pair : pairs_) {
      if (tried >= budget_.pairs) break;
      ++tried;
      if (!rescues(pair)) continue;
      result.pair = described(pair, failing, order);
      result.first_thread = pair.first_act.thread;
      result.second_thread = pair.second_act.thread;
      executor_.set(base_);
      return result;
    }
    executor_.set(base_);
    result.why_none = fmt::format(
        "no two steps were found whose swap alone makes it pass ({} of {} pairs tried{})", tried,
        pairs_.size(), whole_ ? "" : ", and not all accesses were looked at");
    return result;
  }

 private:
  void record(const Outcome& failing, const EventOrder& order, std::vector<std::size_t> stacks) {
    ReplayPlan replay(failing.choices);
    ExecutionLog log(replay, budget_.accesses, std::move(stacks));
    executor_.set({order, base_.points, &log});
    const Ending ending = executor_.run(log).ending;
    executor_.set(base_);
    acts_ = log.acts();
    values_ = log.values();
    stacks_ = log.stacks();
    whole_ = log.whole();
    steps_ = steps_of(acts_);
    pending_.clear();
    Scheduler& scheduler = executor_.world().scheduler();
    for (std::size_t i = 0; i < scheduler.thread_count(); ++i) {
      const Thread& thread = scheduler.thread(static_cast<ThreadId>(i));
      // Unless the end came while it was choosing, the running thread is past what it announced.
      const bool announced = is_deadlock(ending.end) || ending.end == End::quiescent;
      if (thread.finished || (&thread == &scheduler.current() && !announced)) continue;
      Act act;
      act.kind = thread.pending.kind;
      act.access = thread.pending.access;
      act.thread = thread.id;
      act.object = thread.pending.object;
      act.pc = thread.pending.pc;
      pending_.push_back(act);
      pending_stacks_[thread.id] = stack_of(thread, act.pc);
    }
  }

  void find_pairs(std::uint32_t last_step) {
    PairFinder finder;
    for (std::size_t i = 0; i < acts_.size() && acts_[i].step <= last_step; ++i) {
      finder.visit(i, acts_[i], pairs_);
    }
    for (const Act& act : pending_) finder.visit(Pair::kPending, act, pairs_);
    // The later the first of the two, the nearer it is to the cause: whoever holds back something
    // before the cause holds back the cause too.
    std::ranges::stable_sort(pairs_, [](const Pair& a, const Pair& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::set<std::pair<std::size_t, Identity>> known;
    std::erase_if(pairs_, [&](const Pair& p) {
      return !known.emplace(p.first, identity_of(p.second_act)).second;
    });
  }

  std::uint32_t occurrence_of(std::size_t index) const {
    const Identity id = identity_of(acts_[index]);
    const auto end = acts_.begin() + static_cast<std::ptrdiff_t>(index) + 1;
    return static_cast<std::uint32_t>(
        std::count_if(acts_.begin(), end, [&](const Act& a) { return identity_of(a) == id; }));
  }

  bool rescues(const Pair& pair) {
    AccessPoints points;
    if (base_.points != nullptr) points = *base_.points;
    std::set<std::uintptr_t> extra;
    for (const Act* act : {&pair.first_act, &pair.second_act}) {
      const bool memory = act->kind == OpKind::read || act->kind == OpKind::write;
      const bool is_point = base_.points != nullptr && base_.points->contains(act->pc);
      if (!memory || act->sort != Act::Sort::plain || is_point) continue;
      points.add(act->pc);
      extra.insert(act->pc);
    }
    executor_.set({{}, &points, nullptr});
    const std::vector<Choice> none;
    GuidedPlan defaults(none);
    SwapPlan plan(
        steps_, values_, extra,
        {identity_of(pair.first_act), occurrence_of(pair.first), identity_of(pair.second_act)},
        defaults);
    const Outcome outcome = executor_.run(plan);
    executor_.set(base_);
    return plan.swapped() && obeys(outcome);
  }

  CriticalPair described(const Pair& pair, const Outcome& failing, const EventOrder& order) {
    record(failing, order, {pair.first, pair.second});
    CriticalPair out;
    out.first = described(pair.first_act, stacks_[pair.first]);
    out.second = described(pair.second_act, pair.second == Pair::kPending
                                                ? pending_stacks_[pair.second_act.thread]
                                                : stacks_[pair.second]);
    if (pair.second == Pair::kPending) out.second.step = 0;
    out.claim =
        "held back until the second has happened, the first does no harm: that execution "
        "obeys all laws";
    return out;
  }

  ExplainedStep described(const Act& act, const RawStack& stack) {
    ExplainedStep step;
    step.thread = lane_name(executor_.world().trace(), act.thread);
    step.time = executor_.world().time_of(act.step, act.time);
    step.what = words_of(act, map_);
    step.step = act.step;
    step.stack = frames_of(stack, map_);
    return step;
  }

  Executor& executor_;
  const CodeMap& map_;
  const ExplainBudget& budget_;
  const Executor::Setting base_;
  std::vector<Act> acts_;
  std::vector<Act> steps_;
  std::vector<ValueTaken> values_;
  std::map<std::size_t, RawStack> stacks_;
  std::vector<Act> pending_;
  std::map<ThreadId, RawStack> pending_stacks_;
  std::vector<Pair> pairs_;
  bool whole_ = true;
};

}  // namespace

std::string words_of(const Act& act, const CodeMap& map) {
  const std::string_view name = map.variable_at(act.object);
  const auto with_name = [&](std::string_view does, std::string_view unnamed) {
    return fmt::format("{} {}", does, name.empty() ? unnamed : name);
  };
  switch (act.kind) {
    case OpKind::read:
    case OpKind::atomic_load:
      return with_name("reads", "memory");
    case OpKind::write:
    case OpKind::atomic_store:
    case OpKind::atomic_rmw:
      return with_name("writes", "memory");
    case OpKind::lock:
    case OpKind::read_lock:
      return with_name("locks", "a mutex");
    case OpKind::try_lock:
      return with_name("tries to lock", "a mutex");
    case OpKind::cond_release:
      return with_name("begins to wait for", "a condition");
    case OpKind::cond_reacquire:
      return act.wake != Wake::ready ? with_name("waits too long for", "a condition")
                                     : with_name("is woken by", "a condition");
    case OpKind::signal:
    case OpKind::broadcast:
      return with_name("signals", "a condition");
    case OpKind::sem_wait:
      return with_name("gets", "a semaphore");
    case OpKind::sem_post:
      return with_name("posts", "a semaphore");
    case OpKind::thread_start:
      return "starts";
    case OpKind::thread_exit:
      return "exits";
    case OpKind::thread_join:
      return "joins a thread";
    case OpKind::queue_push:
      return with_name("pushes to", "a queue");
    case OpKind::queue_pop:
      return act.wake != Wake::ready ? with_name("waits too long for", "a queue")
                                     : with_name("pops from", "a queue");
    case OpKind::poll:
      return act.wake != Wake::ready ? "polls, and its timeout passes" : "polls, and is woken";
    case OpKind::sleep:
      return "has slept";
    case OpKind::io:
      return "reads or writes a descriptor";
    case OpKind::announce:
      return fmt::format("{}{}{}", text_of(act.verb), act.detail == 0 ? "" : " ",
                         text_of(act.detail));
    default:
      return to_string(act.kind);
  }
}

PairSearch find_critical_pair(Executor& executor, const CodeMap& map, const Outcome& failing,
                              const EventOrder& order, std::uint32_t last_step,
                              const ExplainBudget& budget) {
  return Search(executor, map, budget).run(failing, order, last_step);
}

}  // namespace onhook
