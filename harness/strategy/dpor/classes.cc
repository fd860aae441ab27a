// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/dpor/classes.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/sched/thread.h"

namespace onhook {

Chooser* ClassesStrategy::next() {
  plan_ = dfs_.next();
  history_.cut(0);
  last_.clear();
  creator_.clear();
  return plan_ != nullptr ? this : nullptr;
}

void ClassesStrategy::finished(const Feedback& feedback) {
  dfs_.finished(feedback);
  if (!feedback.counted) return;
  ++executions_;
  history_.order_new_events(order_.predecessors, [](const Race&) {});
  // Process by process: each event with its clock, how it came to happen and what it chose.
  std::vector<std::uint32_t> by_process(history_.size());
  for (std::uint32_t i = 0; i < history_.size(); ++i) by_process[i] = i;
  std::ranges::sort(by_process, {}, [this](std::uint32_t i) {
    return std::pair(history_[i].proc, history_[i].number);
  });
  std::vector<std::uint32_t> signature;
  for (const std::uint32_t i : by_process) {
    const DporEvent& event = history_[i];
    signature.push_back(event.proc);
    signature.push_back(static_cast<std::uint32_t>(event.wake));
    // Processes that are not in this execution have clock 0, whenever they are first seen.
    for (const auto& [key, proc] : procs_) {
      if (event.clock.at(proc) == 0) continue;
      signature.push_back(proc);
      signature.push_back(event.clock.at(proc) >> 8);
    }
    signature.push_back(static_cast<std::uint32_t>(event.values.size()));
    for (const ChosenValue& value : event.values) signature.push_back(value.value);
  }
  seen_.insert(std::move(signature));
}

std::string ClassesStrategy::report() const {
  return fmt::format("classes: {} inequivalent of {} executions", inequivalent(), executions_);
}

unsigned ClassesStrategy::choose_value(std::string_view label, unsigned n) {
  const unsigned value = plan_->choose_value(label, n);
  if (history_.size() > 0) history_[history_.size() - 1].values.push_back({value, n});
  return value;
}

void ClassesStrategy::on_step(const ChoicePoint&, const Candidate& taken) {
  const Operation& op = taken.state->pending;
  const ProcId proc = proc_of(*taken.state);
  DporEvent& event = history_.append();
  event.proc = proc;
  event.wake = taken.wake;
  event.scenario_event = taken.state->event;
  event.previous = last_.contains(proc) ? last_[proc] : kNoEvent;
  event.number = event.previous == kNoEvent ? 1 : history_[event.previous].number + 1;
  event.creator = creator_.contains(proc) ? creator_[proc] : kNoEvent;
  event.moves_time = moves_time(op, taken.wake);
  event.footprint.push_back(time_touch(event.moves_time));
  // A condition's wait that ran out asks for the mutex in a step of its own.
  Operation touched = op;
  if (taken.wake != Wake::ready && op.kind == OpKind::cond_reacquire) touched.object2 = kNoObject;
  add_touches(touched, event.footprint);
  last_[proc] = history_.size() - 1;
}

void ClassesStrategy::on_effect(const Thread&, const Operation& op) {
  if (history_.size() > 0) add_touches(op, history_[history_.size() - 1].footprint);
}

void ClassesStrategy::on_spawn(const Thread& thread) {
  if (history_.size() > 0) creator_[proc_of(thread)] = history_.size() - 1;
}

ProcId ClassesStrategy::proc_of(const Thread& thread) {
  return procs_.try_emplace(thread.key, static_cast<ProcId>(procs_.size())).first->second;
}

}  // namespace onhook
