// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/happens_before.h"

namespace onhook {
namespace {

bool acquires(MemoryOrder order) {
  return order != MemoryOrder::relaxed && order != MemoryOrder::release;
}

bool releases(MemoryOrder order) {
  return order != MemoryOrder::relaxed && order != MemoryOrder::acquire;
}

}  // namespace

HappensBefore::ThreadClocks& HappensBefore::clocks(const Thread& thread) {
  if (thread.id >= state_.threads.size()) state_.threads.resize(thread.id + 1u);
  ThreadClocks& clocks = state_.threads[thread.id];
  if (clocks.now.empty()) clocks.now.set(thread.id, 1);
  return clocks;
}

void HappensBefore::on_spawn(const Thread* parent, const Thread& child) {
  VectorClock inherited;
  if (parent != nullptr) {
    inherited = clocks(*parent).now;
    clocks(*parent).now.tick(parent->id);
  }
  ThreadClocks& own = clocks(child);
  own = {};
  own.now = std::move(inherited);
  own.now.set(child.id, 1);
}

void HappensBefore::on_exit(const Thread& thread) {
  state_.exits[thread.key] = clocks(thread).now;
  clocks(thread).now.tick(thread.id);
}

void HappensBefore::on_join(const Thread& thread, std::uint64_t exited_key) {
  const auto exited = state_.exits.find(exited_key);
  if (exited != state_.exits.end()) clocks(thread).now.join(exited->second);
}

void HappensBefore::on_lock(const Thread& thread, const LockEvent& event) {
  const auto lock = state_.locks.find(event.lock);
  if (lock == state_.locks.end()) return;
  VectorClock& now = clocks(thread).now;
  now.join(lock->second.writers);
  if (event.mode == LockMode::exclusive) now.join(lock->second.readers);
}

void HappensBefore::on_unlock(const Thread& thread, const LockEvent& event) {
  LockClocks& lock = state_.locks[event.lock];
  VectorClock& now = clocks(thread).now;
  (event.mode == LockMode::exclusive ? lock.writers : lock.readers).join(now);
  now.tick(thread.id);
}

void HappensBefore::on_flow(const Thread& thread, ObjectId object, Flow flow) {
  VectorClock& now = clocks(thread).now;
  if (flow == Flow::gives) {
    state_.flows[object].join(now);
    now.tick(thread.id);
  } else if (const auto from = state_.flows.find(object); from != state_.flows.end()) {
    now.join(from->second);
  }
}

void HappensBefore::on_atomic(const Thread& thread, const AtomicAccess& access) {
  ThreadClocks& own = clocks(thread);
  VectorClock& handed_on = state_.atomics[access.address];
  if (access.kind != AtomicKind::store) {
    (acquires(access.order) ? own.now : own.seen).join(handed_on);
  }
  if (access.kind == AtomicKind::load) return;
  // A store begins anew; a read-modify-write goes on with the release sequence that it is part of.
  if (access.kind == AtomicKind::store) handed_on = {};
  if (releases(access.order)) {
    handed_on.join(own.now);
    own.now.tick(thread.id);
  } else {
    handed_on.join(own.released);
  }
}

void HappensBefore::on_fence(const Thread& thread, MemoryOrder order) {
  ThreadClocks& own = clocks(thread);
  if (acquires(order)) own.now.join(own.seen);
  if (releases(order)) {
    own.released = own.now;
    own.now.tick(thread.id);
  }
}

}  // namespace onhook
