// SPDX-License-Identifier: GPL-3.0-or-later
// pthread mutexes, conditions, reader-writer locks, spin locks, barriers, semaphores and once.
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include <cerrno>
#include <climits>
#include <cstring>

#include "harness/host/virtual_clock.h"
#include "harness/interpose/mutex.h"
#include "harness/interpose/real.h"
#include "harness/interpose/rw_lock.h"
#include "harness/interpose/unmodelled.h"
#include "harness/sched/watcher.h"

using namespace onhook;

namespace {

std::uintptr_t site(const void* return_address) {
  return reinterpret_cast<std::uintptr_t>(return_address);
}

MutexWord& word_of(pthread_mutex_t* mutex) { return *reinterpret_cast<MutexWord*>(mutex); }

MutexType type_of(const pthread_mutex_t* mutex) {
  switch (mutex->__data.__kind & 3) {
    case PTHREAD_MUTEX_RECURSIVE:
      return MutexType::recursive;
    case PTHREAD_MUTEX_ERRORCHECK:
      return MutexType::error_checking;
    default:
      return MutexType::normal;
  }
}

}  // namespace

ONHOOK_EXPORT int pthread_mutex_lock(pthread_mutex_t* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_mutex_lock)(mutex);
  return mutex_lock(word_of(mutex), type_of(mutex));
}

ONHOOK_EXPORT int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_mutex_trylock)(mutex);
  return mutex_try_lock(word_of(mutex), type_of(mutex));
}

ONHOOK_EXPORT int pthread_mutex_timedlock(pthread_mutex_t* mutex, const timespec* deadline) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_mutex_timedlock)(mutex, deadline);
  return mutex_lock(word_of(mutex), type_of(mutex), timer_until(CLOCK_REALTIME, *deadline));
}

ONHOOK_EXPORT int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock,
                                          const timespec* deadline) {
  if (current_scheduler() == nullptr) {
    return ONHOOK_REAL(pthread_mutex_clocklock)(mutex, clock, deadline);
  }
  return mutex_lock(word_of(mutex), type_of(mutex), timer_until(clock, *deadline));
}

ONHOOK_EXPORT int pthread_mutex_unlock(pthread_mutex_t* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_mutex_unlock)(mutex);
  return mutex_unlock(word_of(mutex), type_of(mutex));
}

ONHOOK_EXPORT int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_cond_wait)(condition, mutex);
  return condition_wait(condition, word_of(mutex));
}

ONHOOK_EXPORT int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                         const timespec* deadline) {
  if (current_scheduler() == nullptr) {
    return ONHOOK_REAL(pthread_cond_timedwait)(condition, mutex, deadline);
  }
  // glibc keeps the attribute's clock in bit 1 of __wrefs.
  const bool monotonic = (condition->__data.__wrefs & 2u) != 0;
  return condition_wait(condition, word_of(mutex),
                        timer_until(monotonic ? CLOCK_MONOTONIC : CLOCK_REALTIME, *deadline));
}

ONHOOK_EXPORT int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                         clockid_t clock, const timespec* deadline) {
  if (current_scheduler() == nullptr) {
    return ONHOOK_REAL(pthread_cond_clockwait)(condition, mutex, clock, deadline);
  }
  return condition_wait(condition, word_of(mutex), timer_until(clock, *deadline));
}

ONHOOK_EXPORT int pthread_cond_signal(pthread_cond_t* condition) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_cond_signal)(condition);
  condition_signal(condition);
  return 0;
}

ONHOOK_EXPORT int pthread_cond_broadcast(pthread_cond_t* condition) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_cond_broadcast)(condition);
  condition_broadcast(condition);
  return 0;
}

ONHOOK_EXPORT int pthread_cond_destroy(pthread_cond_t* condition) {
  // The real one waits for waiters inside libc, of which the world has none.
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_cond_destroy)(condition);
  return 0;
}

ONHOOK_EXPORT int pthread_mutex_destroy(pthread_mutex_t* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_mutex_destroy)(mutex);
  return word_of(mutex).depth == 0 ? 0 : EBUSY;
}

// Reader-writer locks ---------------------------------------------------------------------------

ONHOOK_EXPORT int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_rwlock_rdlock)(lock);
  return rw_read_lock(rw_word_of(lock));
}

ONHOOK_EXPORT int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_rwlock_wrlock)(lock);
  return rw_write_lock(rw_word_of(lock));
}

ONHOOK_EXPORT int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_rwlock_tryrdlock)(lock);
  return rw_try_read_lock(rw_word_of(lock));
}

ONHOOK_EXPORT int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_rwlock_trywrlock)(lock);
  return rw_try_write_lock(rw_word_of(lock));
}

ONHOOK_EXPORT int pthread_rwlock_unlock(pthread_rwlock_t* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_rwlock_unlock)(lock);
  return rw_unlock(rw_word_of(lock));
}

// Spin locks: an int, so the owner alone is kept -------------------------------------------------

ONHOOK_EXPORT int pthread_spin_lock(pthread_spinlock_t* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_spin_lock)(lock);
  Operation op = operation_on(OpKind::lock, const_cast<int*>(lock));
  op.ready = [](void* l) { return *static_cast<int*>(l) == 0; };
  op.context = const_cast<int*>(lock);
  op.pc = site(__builtin_return_address(0));
  tell_lock_request(op.context, LockMode::exclusive, op.pc);
  current_scheduler()->perform(op);
  *lock = 1;
  tell_lock(const_cast<int*>(lock), LockMode::exclusive, site(__builtin_return_address(0)));
  return 0;
}

ONHOOK_EXPORT int pthread_spin_trylock(pthread_spinlock_t* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_spin_trylock)(lock);
  current_scheduler()->perform(operation_on(OpKind::try_lock, const_cast<int*>(lock)));
  if (*lock != 0) return EBUSY;
  *lock = 1;
  tell_lock(const_cast<int*>(lock), LockMode::exclusive, site(__builtin_return_address(0)));
  return 0;
}

ONHOOK_EXPORT int pthread_spin_unlock(pthread_spinlock_t* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_spin_unlock)(lock);
  current_scheduler()->perform_now(operation_on(OpKind::unlock, const_cast<int*>(lock)));
  tell_unlock(const_cast<int*>(lock), LockMode::exclusive, site(__builtin_return_address(0)));
  *lock = 0;
  return 0;
}

ONHOOK_EXPORT int pthread_spin_init(pthread_spinlock_t* lock, int) {
  *lock = 0;
  return 0;
}

// Barriers
// ------------------------------------------------------------------------------------------

namespace {

struct BarrierWord {
  std::uint32_t wanted;
  std::uint32_t arrived;
  std::uint32_t round;
};

struct BarrierWait {
  const BarrierWord* barrier;
  std::uint32_t round;
};

}  // namespace

ONHOOK_EXPORT int pthread_barrier_init(pthread_barrier_t* barrier,
                                       const pthread_barrierattr_t* attributes, unsigned count) {
  if (current_scheduler() == nullptr) {
    return ONHOOK_REAL(pthread_barrier_init)(barrier, attributes, count);
  }
  if (count == 0) return EINVAL;
  *reinterpret_cast<BarrierWord*>(barrier) = {count, 0, 0};
  return 0;
}

ONHOOK_EXPORT int pthread_barrier_wait(pthread_barrier_t* barrier) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_barrier_wait)(barrier);
  Scheduler& scheduler = *current_scheduler();
  auto& word = *reinterpret_cast<BarrierWord*>(barrier);
  scheduler.perform(operation_on(OpKind::atomic_rmw, barrier));
  tell_flow(barrier, Flow::gives);
  if (++word.arrived == word.wanted) {
    tell_flow(barrier, Flow::takes);
    word.arrived = 0;
    ++word.round;
    return PTHREAD_BARRIER_SERIAL_THREAD;
  }
  BarrierWait wait{&word, word.round};
  Operation op = operation_on(OpKind::sem_wait, barrier, Access::read);
  op.ready = [](void* c) {
    const auto& w = *static_cast<BarrierWait*>(c);
    return w.barrier->round != w.round;
  };
  op.context = &wait;
  scheduler.perform(op);
  tell_flow(barrier, Flow::takes);
  return 0;
}

ONHOOK_EXPORT int pthread_barrier_destroy(pthread_barrier_t* barrier) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_barrier_destroy)(barrier);
  return 0;
}

// Semaphores: the value is the first 32 bits, as in glibc ---------------------------------------

namespace {

unsigned& value_of(sem_t* semaphore) { return *reinterpret_cast<unsigned*>(semaphore); }

int semaphore_wait(sem_t* semaphore, Timer timer) {
  Operation op = operation_on(OpKind::sem_wait, semaphore);
  op.ready = [](void* s) { return value_of(static_cast<sem_t*>(s)) > 0; };
  op.context = semaphore;
  op.timer = timer;
  if (current_scheduler()->perform(op) == Wake::timeout) {
    errno = ETIMEDOUT;
    return -1;
  }
  --value_of(semaphore);
  tell_flow(semaphore, Flow::takes);
  return 0;
}

}  // namespace

ONHOOK_EXPORT int sem_init(sem_t* semaphore, int shared, unsigned value) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(sem_init)(semaphore, shared, value);
  std::memset(semaphore, 0, sizeof *semaphore);
  value_of(semaphore) = value;
  return 0;
}

ONHOOK_EXPORT int sem_destroy(sem_t* semaphore) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(sem_destroy)(semaphore);
  return 0;
}

ONHOOK_EXPORT int sem_wait(sem_t* semaphore) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(sem_wait)(semaphore);
  return semaphore_wait(semaphore, {});
}

ONHOOK_EXPORT int sem_timedwait(sem_t* semaphore, const timespec* deadline) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(sem_timedwait)(semaphore, deadline);
  return semaphore_wait(semaphore, timer_until(CLOCK_REALTIME, *deadline));
}

ONHOOK_EXPORT int sem_trywait(sem_t* semaphore) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(sem_trywait)(semaphore);
  current_scheduler()->perform(operation_on(OpKind::atomic_rmw, semaphore));
  if (value_of(semaphore) == 0) {
    errno = EAGAIN;
    return -1;
  }
  --value_of(semaphore);
  tell_flow(semaphore, Flow::takes);
  return 0;
}

ONHOOK_EXPORT int sem_post(sem_t* semaphore) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(sem_post)(semaphore);
  current_scheduler()->perform(operation_on(OpKind::sem_post, semaphore));
  if (value_of(semaphore) == INT_MAX) {
    errno = EOVERFLOW;
    return -1;
  }
  ++value_of(semaphore);
  tell_flow(semaphore, Flow::gives);
  return 0;
}

ONHOOK_EXPORT int sem_getvalue(sem_t* semaphore, int* value) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(sem_getvalue)(semaphore, value);
  current_scheduler()->perform(operation_on(OpKind::atomic_load, semaphore, Access::read));
  *value = static_cast<int>(value_of(semaphore));
  return 0;
}

// Once
// ----------------------------------------------------------------------------------------------

ONHOOK_EXPORT int pthread_once(pthread_once_t* once, void (*routine)()) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_once)(once, routine);
  enum : int { fresh = 0, running = 1, done = 2 };  // glibc's own: done is 2 there too
  Scheduler& scheduler = *current_scheduler();
  if (*once == done) {
    tell_flow(once, Flow::takes);
    return 0;
  }
  Operation op = operation_on(OpKind::lock, once);
  op.ready = [](void* o) { return *static_cast<int*>(o) != running; };
  op.context = once;
  scheduler.perform(op);
  if (*once == fresh) {
    *once = running;
    routine();
    *once = done;
    tell_flow(once, Flow::gives);
  }
  tell_flow(once, Flow::takes);
  return 0;
}
