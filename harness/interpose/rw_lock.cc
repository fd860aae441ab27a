// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/interpose/rw_lock.h"

#include <cerrno>

#include "harness/host/code_events.h"
#include "harness/interpose/real.h"
#include "harness/sched/watcher.h"

namespace onhook {
namespace {

bool may_read(void* lock) { return static_cast<RwWord*>(lock)->writer == 0; }

bool may_write(void* lock) {
  const auto& word = *static_cast<RwWord*>(lock);
  return word.writer == 0 && word.readers == 0;
}

void name_event(Operation& op, RwWord& lock) {
  const CodeEvents::Words words = code_event_words(CodeAct::locks, &lock, sizeof lock);
  op.verb = words.verb;
  op.detail = words.detail;
}

std::uintptr_t site(const void* pc) { return reinterpret_cast<std::uintptr_t>(pc); }

std::uint32_t me() { return current_scheduler()->current().id + 1u; }

void got(RwWord& lock, LockMode mode, const void* pc) {
  current_scheduler()->current().held.push_back(reinterpret_cast<ObjectId>(&lock));
  tell_lock(&lock, mode, site(pc));
}

}  // namespace

int rw_read_lock(RwWord& lock, const void* pc) {
  if (lock.writer == me()) return EDEADLK;
  Operation op = operation_on(OpKind::read_lock, &lock, Access::read);
  op.ready = may_read;
  op.context = &lock;
  op.pc = site(pc);
  name_event(op, lock);
  tell_lock_request(&lock, LockMode::shared, op.pc);
  current_scheduler()->perform(op);
  ++lock.readers;
  got(lock, LockMode::shared, pc);
  return 0;
}

int rw_write_lock(RwWord& lock, const void* pc) {
  if (lock.writer == me()) return EDEADLK;
  Operation op = operation_on(OpKind::lock, &lock);
  op.ready = may_write;
  op.context = &lock;
  op.pc = site(pc);
  name_event(op, lock);
  tell_lock_request(&lock, LockMode::exclusive, op.pc);
  current_scheduler()->perform(op);
  lock.writer = me();
  got(lock, LockMode::exclusive, pc);
  return 0;
}

int rw_try_read_lock(RwWord& lock, const void* pc) {
  current_scheduler()->perform(operation_on(OpKind::try_lock, &lock));
  if (!may_read(&lock)) return EBUSY;
  ++lock.readers;
  got(lock, LockMode::shared, pc);
  return 0;
}

int rw_try_write_lock(RwWord& lock, const void* pc) {
  current_scheduler()->perform(operation_on(OpKind::try_lock, &lock));
  if (!may_write(&lock)) return EBUSY;
  lock.writer = me();
  got(lock, LockMode::exclusive, pc);
  return 0;
}

int rw_unlock(RwWord& lock, const void* pc) {
  if (lock.writer != 0) {
    if (lock.writer != me()) {
      tell_refused_unlock(&lock, LockMode::exclusive, site(pc));
      return EPERM;
    }
    announce_code_event(CodeAct::unlocks, &lock, sizeof lock);
    current_scheduler()->perform_now(operation_on(OpKind::unlock, &lock));
    tell_unlock(&lock, LockMode::exclusive, site(pc));
    lock.writer = 0;
    current_scheduler()->forget_held(reinterpret_cast<ObjectId>(&lock));
    return 0;
  }
  if (lock.readers == 0) {
    tell_refused_unlock(&lock, LockMode::shared, site(pc));
    return EPERM;
  }
  announce_code_event(CodeAct::unlocks, &lock, sizeof lock);
  current_scheduler()->perform_now(operation_on(OpKind::unlock, &lock));
  tell_unlock(&lock, LockMode::shared, site(pc));
  --lock.readers;
  current_scheduler()->forget_held(reinterpret_cast<ObjectId>(&lock));
  return 0;
}

}  // namespace onhook
