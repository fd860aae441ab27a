// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/execution_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/host/source_lines.h"
#include "harness/strategy/replay.h"

namespace onhook {
namespace {

Act act_of(Act::Sort sort, const Thread& thread, const Operation& op) {
  Act act;
  act.sort = sort;
  act.kind = op.kind;
  act.access = op.access;
  act.thread = thread.id;
  act.bytes = op.size;
  act.object = op.object;
  act.pc = op.pc;
  act.verb = op.verb;
  act.detail = op.detail;
  return act;
}

}  // namespace

RawStack stack_of(const Thread& thread, std::uintptr_t pc) {
  // Copied by element: the vectors are the world's.
  return {pc,
          {thread.calls.begin(), thread.calls.end()},
          {thread.call_sites.begin(), thread.call_sites.end()}};
}

std::vector<StackFrame> frames_of(const RawStack& stack, const CodeMap& map) {
  std::vector<StackFrame> frames;
  std::uintptr_t at = stack.pc;  // a return address, or 0
  for (std::size_t i = stack.calls.size(); i-- > 0; at = stack.call_sites[i]) {
    const std::string_view function = map.function_at(stack.calls[i]);
    if (function.empty()) continue;
    // What was entered from outside of the object has a call site that says nothing.
    const bool inside = at != 0 && map.function_at(at - 1) == function;
    frames.push_back({std::string(function), inside ? source_line(at - 1) : ""});
  }
  return frames;
}

std::string lane_name(const Trace& trace, ThreadId thread) {
  const std::string& name = trace.lanes.at(thread).name;
  if (std::ranges::count(trace.lanes, name, &Lane::name) < 2) return name;
  const auto older = trace.lanes.begin() + thread;
  return fmt::format("{} #{}", name,
                     1 + std::count_if(trace.lanes.begin(), older,
                                       [&](const Lane& lane) { return lane.name == name; }));
}

unsigned ExecutionLog::choose_value(std::string_view label, unsigned n) {
  const unsigned value = inner_.choose_value(label, n);
  values_.push_back({taken_, value});
  return value;
}

void ExecutionLog::add(const Act& act, const Thread& thread) {
  if (std::ranges::find(wanted_stacks_, acts_.size()) != wanted_stacks_.end()) {
    stacks_[acts_.size()] = stack_of(thread, act.pc);
  }
  acts_.push_back(act);
  acts_.back().step = step_;
  acts_.back().taken = taken_;
  acts_.back().time = time_;
}

void ExecutionLog::on_step(const ChoicePoint& point, const Candidate& taken) {
  inner_.on_step(point, taken);
  step_ = point.step;
  time_ = point.now;
  ++taken_;
  Act act = act_of(Act::Sort::step, *taken.state, taken.state->pending);
  act.wake = taken.wake;
  add(act, *taken.state);
}

void ExecutionLog::on_effect(const Thread& thread, const Operation& op) {
  inner_.on_effect(thread, op);
  add(act_of(Act::Sort::effect, thread, op), thread);
}

void ExecutionLog::on_access(const Thread& thread, const PlainAccess& access) {
  // A point is a step, which is told first.
  if (!acts_.empty()) {
    const Act& last = acts_.back();
    if (last.sort == Act::Sort::step && last.thread == thread.id && last.pc == access.pc &&
        last.object == access.address) {
      return;
    }
  }
  if (plain_left_ == 0) {
    whole_ = false;
    return;
  }
  --plain_left_;
  Act act;
  act.sort = Act::Sort::plain;
  act.kind = access.access == Access::write ? OpKind::write : OpKind::read;
  act.access = access.access;
  act.thread = thread.id;
  act.bytes = access.bytes;
  act.object = access.address;
  act.pc = access.pc;
  add(act, thread);
}

std::vector<Act> steps_of(const std::vector<Act>& acts) {
  std::vector<Act> steps;
  std::ranges::copy_if(acts, std::back_inserter(steps),
                       [](const Act& a) { return a.sort == Act::Sort::step; });
  return steps;
}

std::size_t PrefixPlan::choose_thread(const ChoicePoint& point) {
  if (!follows()) return then_.choose_thread(point);
  const Act& wanted = steps_[taken_];
  for (std::size_t i = 0; i < point.candidates.size(); ++i) {
    const Candidate& c = point.candidates[i];
    if (c.thread == wanted.thread && c.wake == wanted.wake) return i;
  }
  fits_ = false;
  return then_.choose_thread(point);
}

unsigned PrefixPlan::choose_value(std::string_view label, unsigned n) {
  const bool known = next_value_ < values_.size() && values_[next_value_].taken == taken_;
  if (fits_ && taken_ < count_ && known && values_[next_value_].value < n) {
    return values_[next_value_++].value;
  }
  return then_.choose_value(label, n);
}

void PrefixPlan::on_step(const ChoicePoint& point, const Candidate& taken) {
  then_.on_step(point, taken);
  ++taken_;
}

}  // namespace onhook
