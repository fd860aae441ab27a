// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/surw.h"

#include <algorithm>
#include <set>

namespace onhook {

Chooser* SurwStrategy::next() {
  if (execution_ > 0 && execution_ <= kProfiled) learn();
  begin_execution();
  running_.clear();
  done_.clear();
  waited_ = 0;
  intended_ = kNoThread;
  draw_selection();
  return this;
}

void SurwStrategy::learn() {
  struct Meeting {
    std::set<ThreadId> threads;
    bool changed = false;
  };
  std::map<ObjectId, Meeting> meetings;
  for (const Running& r : running_) {
    if (!r.known) continue;
    Profile& profile = profiles_[r.key];
    profile.parent = r.parent;
    ++profile.executions;
  }
  for (const Done& done : done_) {
    Profile& profile = profiles_[running_[done.thread].key];
    ++profile.operations;
    if (done.object == kNoObject) continue;
    ++profile.on_object[done.object];
    Meeting& meeting = meetings[done.object];
    meeting.threads.insert(done.thread);
    meeting.changed |= done.access == Access::write;
  }
  for (const auto& [object, meeting] : meetings) {
    if (meeting.changed && meeting.threads.size() > 1) ++shared_[object];
  }
}

void SurwStrategy::draw_selection() {
  selected_ = kNoObject;
  if (execution_ % 2 == 0 && !shared_.empty()) {
    auto it = shared_.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(prng_.below(shared_.size())));
    selected_ = it->first;
  }
  subtree_.clear();
  for (const auto& [key, profile] : profiles_) {
    const std::uint64_t own = estimate(profile);
    std::uint64_t at = key;
    // Up to the root; a cycle cannot be, but a wrong one must not hang.
    for (std::size_t depth = 0; depth <= profiles_.size(); ++depth) {
      subtree_[at] += own;
      const auto up = profiles_.find(at);
      if (up == profiles_.end() || up->second.parent == 0) break;
      at = up->second.parent;
    }
  }
}

std::uint64_t SurwStrategy::estimate(const Profile& profile) const {
  if (profile.executions == 0) return 0;
  std::uint64_t sum = profile.operations;
  if (selected_ != kNoObject) {
    const auto found = profile.on_object.find(selected_);
    sum = found == profile.on_object.end() ? 0 : found->second;
  }
  return (sum + profile.executions - 1) / profile.executions;
}

std::uint64_t SurwStrategy::estimate_with_children(std::uint64_t key) const {
  const auto found = subtree_.find(key);
  return found == subtree_.end() ? 0 : found->second;
}

SurwStrategy::Running& SurwStrategy::running(const Thread& thread, ThreadId maker) {
  if (thread.id >= running_.size()) running_.resize(thread.id + 1u);
  Running& r = running_[thread.id];
  if (r.known) return r;
  r.known = true;
  r.key = thread.key;
  const auto profile = profiles_.find(thread.key);
  r.own = profile == profiles_.end() ? 0 : estimate(profile->second);
  const std::uint64_t all = estimate_with_children(thread.key);
  r.children = all - std::min(all, r.own);
  if (maker != thread.id && maker < running_.size() && running_[maker].known) {
    Running& parent = running_[maker];
    r.parent = parent.key;
    parent.children -= std::min(parent.children, all);
  }
  return r;
}

bool SurwStrategy::interesting(const Operation& op) const {
  return selected_ == kNoObject || op.object == selected_ || op.object2 == selected_;
}

void SurwStrategy::draw_intended() {
  intended_ = kNoThread;
  std::uint64_t sum = 0;
  for (const Running& r : running_) {
    if (r.known && !r.exited) sum += r.own + r.children;
  }
  if (sum == 0) return;
  std::uint64_t at = prng_.below(sum);
  for (std::size_t i = 0; i < running_.size(); ++i) {
    const Running& r = running_[i];
    if (!r.known || r.exited) continue;
    if (at < r.own + r.children) {
      intended_ = static_cast<ThreadId>(i);
      return;
    }
    at -= r.own + r.children;
  }
}

std::size_t SurwStrategy::choose_thread(const ChoicePoint& point) {
  for (const Candidate& c : point.candidates) running(*c.state, point.current);
  if (intended_ == kNoThread || running_[intended_].exited) draw_intended();
  const auto& among = competitors_.among(point, prng_);
  allowed_.clear();
  for (const std::size_t i : among) {
    const Candidate& c = point.candidates[i];
    if (c.thread == intended_ || !interesting(c.state->pending)) allowed_.push_back(i);
  }
  if (++waited_ > kPatience) {
    waited_ = 0;
    intended_ = kNoThread;
    return among[prng_.below(among.size())];
  }
  if (!allowed_.empty()) return allowed_[prng_.below(allowed_.size())];
  // The one intended cannot go on: one of those that can is drawn instead, by the same weights.
  const auto weight = [&](std::size_t i) {
    const Running& r = running_[point.candidates[i].thread];
    return std::max<std::uint64_t>(1, r.own + r.children);
  };
  std::uint64_t sum = 0;
  for (const std::size_t i : among) sum += weight(i);
  std::uint64_t at = prng_.below(sum);
  for (const std::size_t i : among) {
    if (at < weight(i)) return i;
    at -= weight(i);
  }
  return among.back();
}

void SurwStrategy::on_step(const ChoicePoint& point, const Candidate& taken) {
  Running& r = running(*taken.state, point.current);
  const Operation& op = taken.state->pending;
  if (execution_ <= kProfiled) done_.push_back({taken.thread, op.object, op.access});
  if (interesting(op)) {
    if (r.own > 0) --r.own;
    waited_ = 0;
    intended_ = kNoThread;  // drawn at the next choice
  }
  if (op.kind == OpKind::thread_exit) r.exited = true;
}

}  // namespace onhook
