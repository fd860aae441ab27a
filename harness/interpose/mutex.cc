// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/interpose/mutex.h"

#include <algorithm>
#include <cerrno>

#include "harness/host/code_events.h"
#include "harness/interpose/real.h"
#include "harness/sched/watcher.h"

namespace onhook {
namespace {

std::uint32_t me() { return current_scheduler()->current().id + 1u; }

bool is_free(void* mutex) { return static_cast<MutexWord*>(mutex)->depth == 0; }

enum class Why : std::uint8_t { call, wait };  // a condition's wait gives back and takes again

void take(MutexWord& mutex, std::uintptr_t pc, Why why = Why::call) {
  mutex = {1, me()};
  current_scheduler()->current().held.push_back(reinterpret_cast<ObjectId>(&mutex));
  tell_lock(&mutex, LockMode::exclusive, pc, why == Why::wait);
}

/// The mutex that a condition's waiter needs, and whether it was signalled.
struct Reacquire {
  MutexWord* mutex;
  Thread* thread;
};

bool may_reacquire(void* context) {
  const auto& r = *static_cast<Reacquire*>(context);
  return r.thread->signalled && r.mutex->depth == 0;
}

}  // namespace

int mutex_lock(MutexWord& mutex, MutexType type, Timer timeout, const void* pc) {
  Scheduler& scheduler = *current_scheduler();
  if (mutex.owner == me() && mutex.depth > 0) {
    if (type == MutexType::recursive) {
      ++mutex.depth;
      return 0;
    }
    if (type == MutexType::error_checking) return EDEADLK;
  }
  Operation op = operation_on(OpKind::lock, &mutex);
  op.ready = is_free;
  op.context = &mutex;
  op.timer = timeout;
  op.pc = reinterpret_cast<std::uintptr_t>(pc);
  const CodeEvents::Words words = code_event_words(CodeAct::locks, &mutex, sizeof mutex);
  op.verb = words.verb;
  op.detail = words.detail;
  tell_lock_request(&mutex, LockMode::exclusive, op.pc, timeout.armed());
  if (scheduler.perform(op) == Wake::timeout) return ETIMEDOUT;
  take(mutex, op.pc);
  return 0;
}

int mutex_try_lock(MutexWord& mutex, MutexType type, const void* pc) {
  if (mutex.owner == me() && mutex.depth > 0 && type == MutexType::recursive) {
    ++mutex.depth;
    return 0;
  }
  Operation op = operation_on(OpKind::try_lock, &mutex);
  op.pc = reinterpret_cast<std::uintptr_t>(pc);
  current_scheduler()->perform(op);
  if (mutex.depth != 0) return EBUSY;
  take(mutex, op.pc);
  return 0;
}

int mutex_unlock(MutexWord& mutex, MutexType type, const void* pc) {
  if (type != MutexType::normal && mutex.owner != me()) {
    tell_refused_unlock(&mutex, LockMode::exclusive, reinterpret_cast<std::uintptr_t>(pc));
    return EPERM;
  }
  if (mutex.depth > 1) {
    --mutex.depth;
    return 0;
  }
  Scheduler& scheduler = *current_scheduler();
  announce_code_event(CodeAct::unlocks, &mutex, sizeof mutex);
  scheduler.perform_now(operation_on(OpKind::unlock, &mutex));
  tell_unlock(&mutex, LockMode::exclusive, reinterpret_cast<std::uintptr_t>(pc));
  mutex = {0, 0};
  scheduler.forget_held(reinterpret_cast<ObjectId>(&mutex));
  return 0;
}

int condition_wait(const void* condition, MutexWord& mutex, Timer timeout, const void* pc) {
  Scheduler& scheduler = *current_scheduler();
  Thread& self = scheduler.current();
  Operation release = operation_on(OpKind::cond_release, condition);
  release.object2 = reinterpret_cast<ObjectId>(&mutex);
  scheduler.perform(release);
  const auto site = reinterpret_cast<std::uintptr_t>(pc);
  tell_unlock(&mutex, LockMode::exclusive, site, true);
  const std::uint32_t depth = mutex.depth;
  mutex = {0, 0};
  scheduler.forget_held(reinterpret_cast<ObjectId>(&mutex));
  self.signalled = false;
  Reacquire reacquire{&mutex, &self};
  Operation op = operation_on(OpKind::cond_reacquire, condition);
  op.object2 = reinterpret_cast<ObjectId>(&mutex);
  op.ready = may_reacquire;
  op.context = &reacquire;
  op.timer = timeout;
  op.pc = site;
  int result = 0;
  if (scheduler.perform(op) == Wake::timeout) {
    result = ETIMEDOUT;
    Operation again = operation_on(OpKind::lock, &mutex);
    again.ready = is_free;
    again.context = &mutex;
    again.pc = site;
    scheduler.perform(again);
  }
  take(mutex, site, Why::wait);
  mutex.depth = std::max(depth, 1u);
  return result;
}

void condition_signal(const void* condition) {
  Scheduler& scheduler = *current_scheduler();
  scheduler.perform(operation_on(OpKind::signal, condition));
  scheduler.signal_condition(reinterpret_cast<ObjectId>(condition), false);
}

void condition_broadcast(const void* condition) {
  Scheduler& scheduler = *current_scheduler();
  scheduler.perform(operation_on(OpKind::broadcast, condition));
  scheduler.signal_condition(reinterpret_cast<ObjectId>(condition), true);
}

}  // namespace onhook
