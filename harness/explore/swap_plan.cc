// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/swap_plan.h"

#include <optional>

namespace onhook {
namespace {

/// The candidate that this step of the log was, or nothing.
std::optional<std::size_t> find(const ChoicePoint& point, const Act& step) {
  for (std::size_t i = 0; i < point.candidates.size(); ++i) {
    const Candidate& c = point.candidates[i];
    if (c.thread == step.thread && c.wake == step.wake) return i;
  }
  return std::nullopt;
}

}  // namespace

bool is_memory(OpKind kind) {
  switch (kind) {
    case OpKind::read:
    case OpKind::write:
    case OpKind::atomic_load:
    case OpKind::atomic_store:
    case OpKind::atomic_rmw:
      return true;
    default:
      return false;
  }
}

Identity identity_of(const Act& act) { return {act.thread, act.kind, act.object, act.pc}; }

Identity identity_of(const Candidate& candidate) {
  const Operation& op = candidate.state->pending;
  return {candidate.thread, op.kind, op.object, op.pc};
}

std::size_t SwapPlan::choose_thread(const ChoicePoint& point) {
  if (phase_ == Phase::swapped) return then_.choose_thread(point);
  if (point.current_index >= 0) {
    const auto current = static_cast<std::size_t>(point.current_index);
    const Candidate& c = point.candidates[current];
    if (is_extra(c) && !must_wait(c)) return current;
  }
  // The next of the log's steps whose thread may take it.
  for (std::size_t i = first_open_; i < steps_.size(); ++i) {
    if (done_[i]) continue;
    const std::optional<std::size_t> found = find(point, steps_[i]);
    if (found && !must_wait(point.candidates[*found])) return *found;
    if (phase_ == Phase::before && !found) break;
  }
  std::optional<std::size_t> other;
  for (std::size_t i = 0; i < point.candidates.size(); ++i) {
    if (must_wait(point.candidates[i])) continue;
    const bool sooner = other && point.candidates[*other].wake != Wake::ready &&
                        point.candidates[i].wake == Wake::ready;
    if (!other || sooner) other = i;
  }
  return other.value_or(0);
}

unsigned SwapPlan::choose_value(std::string_view label, unsigned n) {
  if (phase_ != Phase::before || next_value_ >= values_.size()) return then_.choose_value(label, n);
  const unsigned value = values_[next_value_++].value;
  return value < n ? value : 0;
}

void SwapPlan::on_step(const ChoicePoint& point, const Candidate& taken) {
  then_.on_step(point, taken);
  if (phase_ == Phase::swapped) return;
  if (must_wait(taken)) point.give_up = true;  // there was nobody else
  if (identity_of(taken) == swap_.held) ++seen_;
  if (phase_ == Phase::holding && is_awaited(taken)) phase_ = Phase::swapped;
  if (!is_extra(taken)) mark_done(taken.thread);
}

/// The thread's next step of the log is done.
void SwapPlan::mark_done(ThreadId thread) {
  for (std::size_t i = first_open_; i < steps_.size(); ++i) {
    if (done_[i] || steps_[i].thread != thread) continue;
    done_[i] = true;
    break;
  }
  while (first_open_ < done_.size() && done_[first_open_]) ++first_open_;
}

bool SwapPlan::is_extra(const Candidate& candidate) const {
  const Operation& op = candidate.state->pending;
  return (op.kind == OpKind::read || op.kind == OpKind::write) && extra_.contains(op.pc);
}

/// Also notices when the moment to hold back has come.
bool SwapPlan::must_wait(const Candidate& candidate) {
  if (candidate.thread != swap_.held.thread) return false;
  if (phase_ == Phase::before && identity_of(candidate) == swap_.held && seen_ + 1 == swap_.nth) {
    phase_ = Phase::holding;
  }
  return phase_ == Phase::holding;
}

bool SwapPlan::is_awaited(const Candidate& candidate) const {
  const Identity id = identity_of(candidate);
  const Identity& awaited = swap_.awaited;
  if (id.thread != awaited.thread || id.kind != awaited.kind) return false;
  if (candidate.wake != Wake::ready) return false;
  const bool plain = awaited.kind == OpKind::read || awaited.kind == OpKind::write;
  // What is allocated in another order lies elsewhere.
  return plain ? id.pc == awaited.pc : id.object == awaited.object;
}

}  // namespace onhook
