// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/dpor/dpor.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/check.h"
#include "harness/sched/thread.h"

namespace onhook {
namespace {
constexpr ProcId kUnknown = 0xffff;
}

DporStrategy::DporStrategy() : plain_races_(history_) {}

void DporStrategy::begin_order(const EventOrder& order, AccessPoints* racing) {
  order_ = order;
  points_ = racing;
}

void DporStrategy::restart() {
  history_.cut(0);
  plain_races_.cut(0);
  nodes_.clear();
  kept_ = 0;
  branch_.reset();
  preset_.clear();
  counts_.executions = 0;
  ++counts_.rounds;
}

Chooser* DporStrategy::next() {
  if (done_) return nullptr;
  if (started_ && !backtrack()) {
    done_ = true;
    return nullptr;
  }
  started_ = true;
  depth_ = 0;
  arrived_ = false;
  give_up_ = false;
  values_asked_ = 0;
  proc_of_thread_.clear();
  last_of_.assign(procs_.size(), kNoEvent);
  creator_of_.assign(procs_.size(), kNoEvent);
  created_after_.assign(procs_.size(), 0);
  last_spawns_.swap(spawns_);
  spawns_.clear();
  return this;
}

void DporStrategy::begin_after(std::uint32_t steps) {
  for (; depth_ < steps; ++depth_) last_of_[history_[depth_].proc] = depth_;
  for (const Spawn& spawn : last_spawns_) {
    if (spawn.event >= steps) break;
    creator_of_[spawn.child] = spawn.event;
    created_after_[spawn.child] = spawn.after;
    spawns_.push_back(spawn);
  }
}

void DporStrategy::finished(const Feedback& feedback) {
  if (!give_up_ && feedback.counted) ++counts_.executions;
  bool refined = false;
  // Races of the prefix were reversed together with what came after them, the other value: no race
  // leads from there to this one.
  if (other_value_) history_.forget_order();
  other_value_ = false;
  history_.order_new_events(order_.predecessors, [this](const Race& race) { reverse(race); });
  if (points_ != nullptr) refined = plain_races_.find(*points_);
  if (refined) {
    restart();
    started_ = false;
  }
}

std::string DporStrategy::bound() const { return bound_; }

std::string DporStrategy::report() const {
  std::string text = fmt::format("dpor: {} inequivalent executions", counts_.executions);
  if (counts_.rounds > 1 || (points_ != nullptr && !points_->empty())) {
    text += fmt::format(", {} rounds, {} racing accesses made steps", counts_.rounds,
                        points_ != nullptr ? points_->all().size() : 0);
  }
  if (counts_.asleep > 0) text += fmt::format(", {} given up asleep", counts_.asleep);
  if (counts_.impossible > 0) text += fmt::format(", {} impossible", counts_.impossible);
  return text;
}

/// Adds the order in which the second step of the race comes first to what is to be tried.
void DporStrategy::reverse(const Race& race) {
  Sequence sequence;
  const std::uint32_t end = race.in_vain != nullptr ? race.second : history_.size();
  for (std::uint32_t i = race.first + 1; i < end; ++i) {
    if (i != race.second && !history_.happens_before(race.first, i)) {
      sequence.push_back(&history_[i]);
    }
  }
  // The state at which it will happen is another one: so may be the values that it asks for.
  DporEvent second = race.in_vain != nullptr ? *race.in_vain : history_[race.second];
  second.values.clear();
  sequence.push_back(&second);
  add(nodes_[race.first], std::move(sequence));
}

/// To be tried from here, unless that was done.
void DporStrategy::add(Node& node, Sequence sequence) {
  std::size_t at = 0;
  for (Step step : node.sleep) {
    if (!step.values.empty() && asleep(node, step.proc, step.wake)) step.values.clear();
    if (is_weak_initial(step, sequence, at)) return;
  }
  insert(node.todo, std::move(sequence));
}

/// Before a step that moves time nobody is ready, so whatever else could come then is tried, too. A
/// timer that goes off now is tried with time passing after it: alone it might be covered by
/// another one that goes off now as well.
void DporStrategy::try_other_times(const ChoicePoint& point, const Candidate& taken) {
  const auto moves = [](const Candidate& c) { return moves_time(c.state->pending, c.wake); };
  for (const Candidate& c : point.candidates) {
    const bool same = c.thread == taken.thread && c.wake == taken.wake;
    if (same || (!moves(c) && !moves(taken))) continue;
    DporEvent other;
    describe(*c.state, c.wake, other);
    if (moves(c)) {
      add(nodes_[depth_], {&other});
    } else {
      DporEvent then;
      describe(*taken.state, taken.wake, then);
      add(nodes_[depth_], {&other, &then});
    }
  }
}

/// Sets up the next execution: the longest prefix with something left to try after it.
bool DporStrategy::backtrack() {
  branch_.reset();  // the execution may have ended with its last step
  for (std::uint32_t i = history_.size(); i-- > 0;) {
    DporEvent& event = history_[i];
    Node& node = nodes_[i];
    node.sleep.push_back(step_of(event));
    if (next_values(event, node)) {
      other_value_ = true;
      kept_ = i;
      break;
    }
    while (!node.todo.empty()) {
      branch_ = std::move(node.todo.front());
      node.todo.erase(node.todo.begin());
      if (!branch_->step.values.empty() || !asleep(node, branch_->step.proc, branch_->step.wake)) {
        break;
      }
      branch_.reset();
    }
    if (branch_ != nullptr) {
      node.fixed_values = branch_->step.values.size();
      kept_ = i;
      break;
    }
    if (i == 0) return false;
  }
  if (history_.size() == 0) return false;
  history_.cut(kept_);
  plain_races_.cut(kept_);
  nodes_.resize(kept_ + 1);
  return true;
}

/// The step again with the next of the values it asked for that nothing prescribes.
bool DporStrategy::next_values(const DporEvent& event, const Node& node) {
  std::vector<ChosenValue> values = event.values;
  while (values.size() > node.fixed_values && values.back().value + 1 == values.back().n) {
    values.pop_back();
  }
  if (values.size() <= node.fixed_values) return false;
  ++values.back().value;
  branch_ = std::make_unique<WakeupTree>(WakeupTree{step_of(event), {}});
  branch_->step.values = std::move(values);
  return true;
}

ProcId DporStrategy::proc_of(const Thread& thread) {
  if (thread.id >= proc_of_thread_.size()) proc_of_thread_.resize(thread.id + 1u, kUnknown);
  ProcId& proc = proc_of_thread_[thread.id];
  if (proc != kUnknown) return proc;
  const auto [it, is_new] = procs_.try_emplace(thread.key, static_cast<ProcId>(procs_.size()));
  proc = it->second;
  if (proc >= last_of_.size()) {
    last_of_.resize(proc + 1u, kNoEvent);
    creator_of_.resize(proc + 1u, kNoEvent);
    created_after_.resize(proc + 1u, 0);
  }
  if (proc >= kMaxProcs) bound_ = fmt::format("more than {} threads", kMaxProcs);
  return proc;
}

/// Makes nodes_[depth_] the state before the step that is about to be chosen.
void DporStrategy::arrive() {
  if (arrived_) return;
  arrived_ = true;
  if (depth_ <= kept_ && depth_ < nodes_.size()) return;
  nodes_.resize(depth_ + 1u);
  if (depth_ == 0) return;
  const Node& before = nodes_[depth_ - 1];
  const DporEvent& event = history_[depth_ - 1];
  for (const Step& step : before.sleep) {
    if (step.proc != event.proc && !dependent(step.footprint, event.footprint)) {
      nodes_[depth_].sleep.push_back(step);
    }
  }
  // The sequence in work goes on with its first child; the others wait here.
  if (branch_ != nullptr) {
    WakeupForest rest = std::move(branch_->children);
    branch_.reset();
    if (!rest.empty()) {
      branch_ = std::move(rest.front());
      rest.erase(rest.begin());
      nodes_[depth_].todo = std::move(rest);
      nodes_[depth_].fixed_values = branch_->step.values.size();
    }
  }
}

/// Was this step tried from here already, with whatever values may follow these?
bool DporStrategy::asleep(const Node& node, ProcId proc, Wake wake,
                          const std::vector<ChosenValue>& values) {
  std::uint32_t n = 0;
  for (const Step& s : node.sleep) {
    if (s.proc != proc || s.wake != wake || s.values.size() < values.size()) continue;
    if (!std::equal(values.begin(), values.end(), s.values.begin())) continue;
    if (s.values.size() == values.size()) return true;
    n = s.values[values.size()].n;
  }
  std::vector<ChosenValue> longer = values;
  longer.push_back({0, n});
  for (std::uint32_t v = 0; v < n; ++v) {
    longer.back().value = v;
    if (!asleep(node, proc, wake, longer)) return false;
  }
  return n > 0;
}

std::size_t DporStrategy::prescribed(const ChoicePoint& point, ProcId proc, Wake wake) const {
  for (std::size_t i = 0; i < point.candidates.size(); ++i) {
    const Candidate& c = point.candidates[i];
    if (c.wake == wake && proc_of_thread_[c.thread] == proc) return i;
  }
  return point.candidates.size();
}

std::size_t DporStrategy::fresh(const ChoicePoint& point) {
  const auto awake = [&](std::size_t i) {
    const Candidate& c = point.candidates[i];
    return !asleep(nodes_[depth_], proc_of_thread_[c.thread], c.wake);
  };
  // A timer goes off now only when nobody is ready: there the search tries it later, too.
  if (point.current_index >= 0) {
    const auto current = static_cast<std::size_t>(point.current_index);
    if (point.candidates[current].wake == Wake::ready && awake(current)) return current;
  }
  for (const Wake wake : {Wake::ready, Wake::timeout, Wake::late}) {
    for (std::size_t i = 0; i < point.candidates.size(); ++i) {
      if (point.candidates[i].wake == wake && awake(i)) return i;
    }
  }
  return point.candidates.size();
}

/// What should come cannot happen. The states on the way count as explored from now on, so they
/// have to be: whatever is awake comes instead.
void DporStrategy::forget_branch() {
  ++counts_.impossible;
  branch_.reset();
  nodes_[depth_].todo.clear();
  nodes_[depth_].fixed_values = 0;
}

std::size_t DporStrategy::choose_thread(const ChoicePoint& point) {
  if (give_up_) {
    point.give_up = true;
    return 0;
  }
  for (const Candidate& c : point.candidates) proc_of(*c.state);
  if (depth_ < kept_) {
    const DporEvent& event = history_[depth_];
    const std::size_t i = prescribed(point, event.proc, event.wake);
    ONHOOK_CHECK(i < point.candidates.size(), "the same choices led to another state");
    return i;
  }
  arrive();
  std::size_t i = point.candidates.size();
  if (branch_ != nullptr) {
    i = prescribed(point, branch_->step.proc, branch_->step.wake);
    if (i == point.candidates.size()) forget_branch();
  }
  if (branch_ == nullptr) {
    i = fresh(point);
    if (i == point.candidates.size()) ++counts_.asleep;
  }
  if (i < point.candidates.size()) return i;
  give_up_ = true;
  point.give_up = true;
  return 0;
}

void DporStrategy::describe(const Thread& thread, Wake wake, DporEvent& event) {
  const Operation& op = thread.pending;
  event.proc = proc_of(thread);
  event.wake = wake;
  event.kind = op.kind;
  event.may_block = op.ready != nullptr && op.kind != OpKind::lock && op.kind != OpKind::read_lock;
  event.was_open = op.open != nullptr ? static_cast<std::int8_t>(op.open(op.context)) : -1;
  event.scenario_event = thread.event;
  event.previous = last_of_[event.proc];
  event.number = event.previous == kNoEvent ? 1 : history_[event.previous].number + 1;
  event.creator = creator_of_[event.proc];
  event.created_after = created_after_[event.proc];
  event.moves_time = moves_time(op, wake);
  event.may_block = wake == Wake::ready && (event.may_block || event.moves_time);
  event.footprint.push_back(time_touch(event.moves_time));
  const bool gave_up = wake != Wake::ready && op.kind == OpKind::cond_reacquire;
  Operation touched = op;
  if (gave_up) touched.object2 = kNoObject;
  add_touches(touched, event.footprint);
}

/// What waits in vain races with what took its turn.
void DporStrategy::on_blocked(const Thread& thread) {
  if (give_up_ || depth_ == 0 || depth_ < kept_) return;
  describe(thread, Wake::ready, history_.append_in_vain(depth_ - 1, depth_));
}

/// A step that a bound forbids here may be allowed earlier: its place in the execution matters even
/// to steps that it has nothing else to do with.
void DporStrategy::on_withheld(const Candidate& candidate) {
  if (give_up_ || depth_ == 0 || depth_ < kept_) return;
  DporEvent& event = history_.append_in_vain(depth_ - 1, depth_);
  describe(*candidate.state, candidate.wake, event);
  event.withheld = true;
}

void DporStrategy::on_step(const ChoicePoint& point, const Candidate& taken) {
  if (give_up_ || point.give_up) return;
  const ProcId proc = proc_of(*taken.state);
  if (depth_ < kept_) {
    const DporEvent& event = history_[depth_];
    ONHOOK_CHECK(event.proc == proc && event.wake == taken.wake,
                 "the same choices led to another step");
  } else {
    arrive();
    if (point.candidates.size() == 1) {
      // Nobody was asked: is it what should come?
      if (branch_ != nullptr && (branch_->step.proc != proc || branch_->step.wake != taken.wake)) {
        forget_branch();
      }
      if (branch_ == nullptr && asleep(nodes_[depth_], proc, taken.wake)) {
        ++counts_.asleep;
        give_up_ = true;
        point.give_up = true;
        return;
      }
    }
    try_other_times(point, taken);
    DporEvent& event = history_.append();
    describe(*taken.state, taken.wake, event);
    if (taken.due) {
      describe(*taken.state, Wake::timeout, history_.append_in_vain(depth_, depth_));
    }
    for (const Candidate& c : point.candidates) {
      const ProcId other = proc_of(*c.state);
      if (other >= kMaxProcs) continue;
      event.enabled.set(other);
    }
    preset_.clear();
    if (branch_ != nullptr) preset_ = branch_->step.values;
    plain_races_.set_event(depth_);
  }
  last_of_[proc] = depth_;
  ++depth_;
  arrived_ = false;
  values_asked_ = 0;
}

unsigned DporStrategy::choose_value(std::string_view, unsigned n) {
  if (give_up_ || depth_ == 0) return 0;
  DporEvent& event = history_[depth_ - 1];
  const std::size_t nth = values_asked_++;
  if (depth_ <= kept_) {
    ONHOOK_CHECK(nth < event.values.size() && event.values[nth].n == n,
                 "the same choices led to another question");
    return event.values[nth].value;
  }
  Node& node = nodes_[depth_ - 1];
  std::uint32_t value = 0;
  if (nth < preset_.size() && preset_[nth].n == n) {
    value = preset_[nth].value;
  } else {
    preset_.resize(std::min(preset_.size(), nth));
    node.fixed_values = std::min(node.fixed_values, nth);
    // Values that were tried from this state already are asleep.
    const auto tried = [&](std::uint32_t v) {
      return std::ranges::any_of(node.sleep, [&](const Step& s) {
        return s.proc == event.proc && s.wake == event.wake && s.values.size() == nth + 1 &&
               std::equal(event.values.begin(), event.values.end(), s.values.begin()) &&
               s.values[nth].value == v;
      });
    };
    while (value + 1 < n && tried(value)) ++value;
  }
  event.values.push_back({value, n});
  return value;
}

void DporStrategy::on_effect(const Thread&, const Operation& op) {
  if (give_up_ || depth_ == 0 || depth_ <= kept_) return;
  add_touches(op, history_[depth_ - 1].footprint, plain_races_.count_effect());
}

void DporStrategy::on_call_off(const Thread& thread) {
  if (give_up_ || depth_ == 0 || depth_ <= kept_) return;
  describe(thread, Wake::timeout, history_.append_in_vain(depth_ - 1, depth_));
}

void DporStrategy::on_spawn(const Thread& thread) {
  if (give_up_ || depth_ == 0) return;
  const ProcId child = proc_of(thread);
  creator_of_[child] = depth_ - 1;
  created_after_[child] = plain_races_.count_effect();
  spawns_.push_back({depth_ - 1, child, created_after_[child]});
}

}  // namespace onhook
