// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/stale.h"

#include <algorithm>

namespace onhook {
namespace {

constexpr std::uint64_t kElsewhere = 32;  // one step in so many is interrupted

bool is_lock(OpKind kind) {
  return kind == OpKind::lock || kind == OpKind::try_lock || kind == OpKind::read_lock;
}

/// Changes something on purpose: not the book-keeping of threads, nor what only waits.
bool is_change(const Operation& op) {
  if (op.access != Access::write || op.object == kNoObject) return false;
  switch (op.kind) {
    case OpKind::thread_start:
    case OpKind::thread_exit:
    case OpKind::thread_join:
    case OpKind::cond_release:
    case OpKind::cond_reacquire:
      return false;
    default:
      return !is_lock(op.kind);
  }
}

bool is_read(const Operation& op) {
  return op.object != kNoObject && (op.access == Access::read || op.kind == OpKind::atomic_rmw) &&
         !is_lock(op.kind) && op.kind != OpKind::thread_join;
}

}  // namespace

Chooser* StaleStrategy::next() {
  if (execution_ >= kTrials && !has_found_any_) return nullptr;
  begin_execution();
  at_stale_reads_ = 2 + prng_.below(3);
  for (Running& r : running_) {
    r.stale = false;
    r.locks.clear();
  }
  return this;
}

StaleStrategy::Running& StaleStrategy::running(ThreadId thread) {
  if (thread >= running_.size()) running_.resize(thread + 1u);
  return running_[thread];
}

bool StaleStrategy::others_write(ObjectId object, const Thread& thread) const {
  if (execution_ == 1) return true;  // nothing is known yet
  const auto found = writers_.find(object);
  return found != writers_.end() && (found->second.several || found->second.key != thread.key);
}

bool StaleStrategy::acts_on_stale(const Thread& thread) {
  const Operation& op = thread.pending;
  const Running& r = running(thread.id);
  const bool stale = is_lock(op.kind) ? std::ranges::find(r.locks, op.object) != r.locks.end() &&
                                            others_write(op.object, thread)
                                      : r.stale && is_change(op);
  has_found_any_ |= stale && execution_ > 1;
  return stale;
}

std::size_t StaleStrategy::choose_thread(const ChoicePoint& point) {
  const auto current = static_cast<std::size_t>(point.current_index);
  const bool can_go_on = point.current_index >= 0;
  if (can_go_on) {
    const Candidate& candidate = point.candidates[current];
    const bool stale = acts_on_stale(*candidate.state);
    if (prng_.below(stale ? at_stale_reads_ : kElsewhere) != 0) return current;
  }
  const auto& among = competitors_.among(point, prng_);
  const bool leaves_one = can_go_on && std::ranges::find(among, current) != among.end();
  if (leaves_one && among.size() == 1) return current;
  std::size_t nth = prng_.below(among.size() - (leaves_one ? 1 : 0));
  for (const std::size_t i : among) {
    if (leaves_one && i == current) continue;
    if (nth-- == 0) return i;
  }
  return among.back();
}

void StaleStrategy::on_step(const ChoicePoint&, const Candidate& taken) {
  const Thread& thread = *taken.state;
  const Operation& op = thread.pending;
  Running& r = running(taken.thread);
  const bool changes = is_change(op);
  if (changes) r.stale = false;
  if (is_read(op) && others_write(op.object, thread)) r.stale = true;
  if (is_lock(op.kind)) r.locks.push_back(op.object);
  if (!changes && !is_lock(op.kind)) return;
  const auto [writers, is_new] = writers_.try_emplace(op.object, Writers{thread.key, false});
  if (!is_new && writers->second.key != thread.key) writers->second.several = true;
}

}  // namespace onhook
