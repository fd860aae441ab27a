// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/lock_judge.h"

#include <algorithm>
#include <optional>

namespace onhook {

void LockJudge::on_race_begins() {
  order_.keep();
  lock_order_.keep();
  nested_at_race_ = nested_;
  keys_at_race_ = keys_;
  births_at_race_ = births_;
  ends_at_race_ = ends_;
}

void LockJudge::on_execution_begins() {
  order_.restore();
  lock_order_.restore();
  nested_ = nested_at_race_;
  keys_ = keys_at_race_;
  births_ = births_at_race_;
  ends_ = ends_at_race_;
  told_held_.clear();
  told_circles_.clear();
  self_waits_.clear();
  stuck_.clear();
}

void LockJudge::on_spawn(const Thread* parent, const Thread& child) {
  order_.on_spawn(parent, child);
  if (child.id >= keys_.size()) keys_.resize(child.id + 1u);
  keys_[child.id] = child.key;
  births_.resize(keys_.size());
  births_[child.id] = order_.clock_of(child.id);
}

void LockJudge::on_step(const Thread& thread, const Operation& op, Wake) {
  if (op.kind == OpKind::thread_exit) {
    for (const HeldLock& held : std::vector(scene().held(thread.id))) {
      complain_of_held(thread, held, "exits and still holds");
    }
    ends_[thread.id] = order_.time_of(thread.id);
    order_.on_exit(thread);
  }
  if (op.kind == OpKind::thread_join) order_.on_join(thread, op.object);
}

void LockJudge::on_lock_request(const Thread& thread, const LockEvent& event) {
  if (event.timed) return;
  const Moment now = scene().moment(thread, event.pc);
  if (const HeldLock* own = holding(thread.id, event.lock)) {
    if (own->mode == LockMode::shared && event.mode == LockMode::shared) return;
    Finding finding{"LOCK", "a thread waits for a lock that it holds itself", event.lock, {}, {}};
    finding.deeds = {lock_deed("locks", own->got, event.lock),
                     lock_deed("waits for", now, event.lock)};
    finding.block = scene().block(event.lock);
    self_waits_.push_back({thread.id, std::move(finding)});
    return;
  }
  const std::vector<HeldLock>& held = scene().held(thread.id);
  if (held.empty()) return;
  nested_.insert(event.lock);
  for (const HeldLock& h : held) nested_.insert(h.lock);
  std::vector<std::uint64_t> ended;
  for (const auto& [other, end] : ends_) {
    if (order_.comes_after(thread.id, other, end)) ended.push_back(keys_[other]);
  }
  for (const HeldLock& h : held) {
    LockEdge edge{thread.id, h, event.lock, event.mode, now, held, order_.time_of(thread.id),
                  ended};
    const auto comes_after = [&](const LockEdge& earlier) {
      return order_.comes_after(thread.id, earlier.thread, earlier.time);
    };
    for (const LockCircle& circle : lock_order_.add(std::move(edge), comes_after)) {
      complain_of_circle(circle);
    }
  }
}

void LockJudge::on_lock(const Thread& thread, const LockEvent& event) {
  // Somebody else has unlocked it, which was told.
  std::erase_if(self_waits_, [&](const SelfWait& w) { return w.thread == thread.id; });
  if (!nested_.contains(event.lock)) order_.on_lock(thread, event);
}

void LockJudge::on_unlock(const Thread& thread, const LockEvent& event) {
  if (holding(thread.id, event.lock) == nullptr) complain_of_unlock(thread, event);
  if (!nested_.contains(event.lock)) order_.on_unlock(thread, event);
}

void LockJudge::on_refused_unlock(const Thread& thread, const LockEvent& event) {
  if (holding(thread.id, event.lock) == nullptr) complain_of_unlock(thread, event);
}

void LockJudge::on_return(const Thread& thread, std::uintptr_t call_site) {
  for (const HeldLock& held : std::vector(scene().held(thread.id))) {
    // Not what was locked before the code under test was called.
    if (scene().is_inside(held.got, thread, call_site)) {
      complain_of_held(thread, held, "returns and still holds");
    }
  }
}

void LockJudge::on_stuck(const Thread& thread, const Operation& op) {
  const bool locks = op.kind == OpKind::lock || op.kind == OpKind::read_lock;
  ObjectId lock = locks ? op.object : kNoObject;
  if (op.kind == OpKind::cond_reacquire && thread.signalled) lock = op.object2;
  stuck_.push_back({thread.id,
                    {scene().moment(thread, op.pc), op.kind, lock,
                     op.kind == OpKind::thread_join ? op.object : 0, thread.daemon}});
}

void LockJudge::on_execution_ends(End end) {
  std::vector<ThreadId> threads;
  if (is_deadlock(end)) {
    if (end == End::lock_circle) threads = deadlocked();
    const bool is_circle = !threads.empty();
    if (!is_circle) {
      for (const auto& [thread, wait] : stuck_) {
        const bool idle = wait.daemon && wait.lock == kNoObject && wait.ended == 0;
        if (!idle) threads.push_back(thread);
      }
    }
    report(deadlock(threads, end == End::lock_circle, is_circle));
  }
  for (SelfWait& self : self_waits_) {
    if (std::ranges::find(threads, self.thread) == threads.end()) report(std::move(self.finding));
  }
}

void LockJudge::complain(std::string message, ObjectId lock, std::vector<Deed> deeds) {
  report({"LOCK", std::move(message), lock, std::move(deeds), scene().block(lock)});
}

void LockJudge::complain_of_circle(const LockCircle& circle) {
  std::vector<std::uintptr_t> places;
  for (const LockEdge* edge : circle) places.push_back(edge->wants.pc);
  std::ranges::sort(places);
  if (!told_circles_.insert(std::move(places)).second) return;
  // The newest edge is the last that came.
  std::vector<Deed> deeds;
  ObjectId lowest = circle.front()->held.lock;
  for (std::size_t i = 1; i <= circle.size(); ++i) {
    const LockEdge& edge = *circle[i % circle.size()];
    lowest = std::min(lowest, edge.held.lock);
    for (Deed& deed : deeds_of(edge)) deeds.push_back(std::move(deed));
  }
  complain(circle.size() == 2 ? "two threads take two locks in opposite orders: each could wait "
                                "for the other"
                              : "threads take locks in a circle: each could wait for the next",
           lowest, std::move(deeds));
}

void LockJudge::complain_of_held(const Thread& thread, const HeldLock& held, const char* doing) {
  if (!told_held_.insert({thread.id, held.lock}).second) return;
  complain("a lock is held by a thread that has left the code it protects", held.lock,
           {lock_deed("locks", held.got, held.lock),
            lock_deed(doing, scene().moment(thread, 0), held.lock)});
}

void LockJudge::complain_of_unlock(const Thread& thread, const LockEvent& event) {
  const Deed unlocks = lock_deed(event.wait ? "waits and unlocks" : "unlocks",
                                 scene().moment(thread, event.pc), event.lock);
  const ThreadId owner = holder_of(event.lock);
  if (owner == kNoThread) {
    complain("a thread unlocks what nobody has locked", event.lock, {unlocks});
  } else {
    complain("a thread unlocks what another one has locked", event.lock,
             {lock_deed("locks", holding(owner, event.lock)->got, event.lock), unlocks});
  }
}

bool LockJudge::is_apart(const LockEdge& edge, ThreadId other) const {
  return births_[other].at(edge.thread) >= edge.time ||
         std::ranges::find(edge.after_ends, keys_[other]) != edge.after_ends.end();
}

std::vector<Deed> LockJudge::deeds_of(const LockEdge& edge) const {
  return {lock_deed("locks", edge.held.got, edge.held.lock),
          lock_deed("then locks", edge.wants, edge.wanted)};
}

Deed LockJudge::lock_deed(std::string what, const Moment& moment, ObjectId lock) const {
  Deed deed = scene().deed(std::move(what), moment);
  deed.lock = lock;
  return deed;
}

const HeldLock* LockJudge::holding(ThreadId thread, ObjectId lock) {
  const std::vector<HeldLock>& held = scene().held(thread);
  const auto it = std::ranges::find(held, lock, &HeldLock::lock);
  return it == held.end() ? nullptr : &*it;
}

ThreadId LockJudge::holder_of(ObjectId lock) {
  for (std::size_t t = 0; t < scene().threads(); ++t) {
    if (holding(static_cast<ThreadId>(t), lock) != nullptr) return static_cast<ThreadId>(t);
  }
  return kNoThread;
}

const LockJudge::Wait* LockJudge::wait_of(ThreadId thread) const {
  const auto it = std::ranges::find(stuck_, thread, &std::pair<ThreadId, Wait>::first);
  return it == stuck_.end() ? nullptr : &it->second;
}

std::vector<ThreadId> LockJudge::blockers_of(const Wait& wait) {
  std::vector<ThreadId> threads;
  for (std::size_t t = 0; t < scene().threads(); ++t) {
    const auto thread = static_cast<ThreadId>(t);
    const bool holds = wait.lock != kNoObject && holding(thread, wait.lock) != nullptr;
    const bool ends = wait.ended != 0 && t < keys_.size() && keys_[t] == wait.ended;
    if (holds || ends) threads.push_back(thread);
  }
  return threads;
}

/// Whether the last of the path waits for the first, perhaps over others, which are added.
bool LockJudge::close_circle(std::vector<ThreadId>& path) {
  const Wait* wait = wait_of(path.back());
  if (wait == nullptr) return false;
  for (const ThreadId next : blockers_of(*wait)) {
    if (next == path.front()) return true;
    if (std::ranges::find(path, next) != path.end()) continue;
    path.push_back(next);
    if (close_circle(path)) return true;
    path.pop_back();
  }
  return false;
}

/// The threads of a circle, each waiting for the next, from the lowest number; none: there is none.
std::vector<ThreadId> LockJudge::deadlocked() {
  for (const auto& [first, wait] : stuck_) {
    std::vector<ThreadId> path = {first};
    if (close_circle(path)) return path;
  }
  return {};
}

Finding LockJudge::deadlock(const std::vector<ThreadId>& threads, bool breaks_lock,
                            bool is_circle) {
  Finding finding;
  finding.law = breaks_lock ? "LOCK" : "deadlock";
  finding.is_end = true;
  std::string names;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    const ThreadId thread = threads[i];
    const Wait& wait = *wait_of(thread);
    const std::vector<ThreadId> blockers = blockers_of(wait);
    ThreadId blocker = blockers.empty() ? kNoThread : blockers.front();
    if (is_circle) blocker = threads[(i + 1) % threads.size()];
    names += (names.empty() ? "" : ", ") + scene().name_of(thread);
    if (wait.lock != kNoObject) {
      if (finding.object == 0 || wait.lock < finding.object) finding.object = wait.lock;
      if (blocker != kNoThread) {
        finding.deeds.push_back(lock_deed("locks", holding(blocker, wait.lock)->got, wait.lock));
      }
      finding.deeds.push_back(lock_deed("waits for", wait.at, wait.lock));
    } else if (blocker != kNoThread) {
      finding.deeds.push_back(
          scene().deed("waits for the end of " + scene().name_of(blocker), wait.at));
    } else {
      const bool condition = wait.kind == OpKind::cond_reacquire;
      finding.deeds.push_back(
          scene().deed(condition ? "waits for a condition that nobody signals any more"
                                 : std::string("waits in vain: ") + to_string(wait.kind),
                       wait.at));
    }
  }
  finding.block = scene().block(finding.object);
  finding.message = !is_circle            ? names + ": nobody is left who could end the wait"
                    : threads.size() == 1 ? names + " waits for what it holds itself"
                                          : "each waits for the next: " + names + ", " +
                                                scene().name_of(threads.front());
  return finding;
}

}  // namespace onhook
