// SPDX-License-Identifier: GPL-3.0-or-later
// GLib's synchronisation as whole operations. Inside libglib these functions call each other
// without the dynamic linker and lock by an inlined compare-and-swap, so hooking pthread alone
// would see none of it; here each call of the plugin's is one operation, and what GLib does inside
// it runs undisturbed.
#include <glib.h>

#include "harness/base/check.h"
#include "harness/host/thread_label.h"
#include "harness/host/virtual_clock.h"
#include "harness/interpose/mutex.h"
#include "harness/interpose/real.h"
#include "harness/interpose/rw_lock.h"
#include "harness/interpose/threads.h"
#include "harness/interpose/unmodelled.h"
#include "harness/sched/watcher.h"

using namespace onhook;

namespace {

template <typename Lock>
MutexWord& word_of(Lock* lock) {
  static_assert(sizeof(Lock) >= sizeof(MutexWord));
  return *reinterpret_cast<MutexWord*>(lock);
}

Timer until(gint64 end_time_us) {
  const TimeNs at = std::max<TimeNs>(0, end_time_us * 1000 - kUptimeOrigin);
  return {at, at, true};
}

}  // namespace

// Mutexes -----------------------------------------------------------------------------------------

ONHOOK_EXPORT void g_mutex_init(GMutex* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_mutex_init)(mutex);
  word_of(mutex) = {0, 0};
}

ONHOOK_EXPORT void g_mutex_clear(GMutex* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_mutex_clear)(mutex);
  if (word_of(mutex).depth != 0) {
    current_scheduler()->end_from_inside(End::fault, "g_mutex_clear() on a locked mutex");
  }
}

ONHOOK_EXPORT void(g_mutex_lock)(GMutex* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_mutex_lock)(mutex);
  mutex_lock(word_of(mutex), MutexType::normal);
}

ONHOOK_EXPORT gboolean(g_mutex_trylock)(GMutex* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_mutex_trylock)(mutex);
  return mutex_try_lock(word_of(mutex), MutexType::normal) == 0;
}

ONHOOK_EXPORT void(g_mutex_unlock)(GMutex* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_mutex_unlock)(mutex);
  if (word_of(mutex).depth == 0) {
    current_scheduler()->end_from_inside(End::fault, "g_mutex_unlock() of an unlocked mutex");
  }
  mutex_unlock(word_of(mutex), MutexType::normal);
}

ONHOOK_EXPORT void g_rec_mutex_init(GRecMutex* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rec_mutex_init)(mutex);
  word_of(mutex) = {0, 0};
}

ONHOOK_EXPORT void g_rec_mutex_clear(GRecMutex* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rec_mutex_clear)(mutex);
}

ONHOOK_EXPORT void g_rec_mutex_lock(GRecMutex* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rec_mutex_lock)(mutex);
  mutex_lock(word_of(mutex), MutexType::recursive);
}

ONHOOK_EXPORT gboolean g_rec_mutex_trylock(GRecMutex* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rec_mutex_trylock)(mutex);
  return mutex_try_lock(word_of(mutex), MutexType::recursive) == 0;
}

ONHOOK_EXPORT void g_rec_mutex_unlock(GRecMutex* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rec_mutex_unlock)(mutex);
  mutex_unlock(word_of(mutex), MutexType::recursive);
}

// Reader-writer locks ---------------------------------------------------------------------------

ONHOOK_EXPORT void g_rw_lock_init(GRWLock* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rw_lock_init)(lock);
  rw_word_of(lock) = {0, 0};
}

ONHOOK_EXPORT void g_rw_lock_clear(GRWLock* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rw_lock_clear)(lock);
}

ONHOOK_EXPORT void g_rw_lock_writer_lock(GRWLock* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rw_lock_writer_lock)(lock);
  rw_write_lock(rw_word_of(lock));
}

ONHOOK_EXPORT gboolean g_rw_lock_writer_trylock(GRWLock* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rw_lock_writer_trylock)(lock);
  return rw_try_write_lock(rw_word_of(lock)) == 0;
}

ONHOOK_EXPORT void g_rw_lock_writer_unlock(GRWLock* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rw_lock_writer_unlock)(lock);
  rw_unlock(rw_word_of(lock));
}

ONHOOK_EXPORT void g_rw_lock_reader_lock(GRWLock* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rw_lock_reader_lock)(lock);
  rw_read_lock(rw_word_of(lock));
}

ONHOOK_EXPORT gboolean g_rw_lock_reader_trylock(GRWLock* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rw_lock_reader_trylock)(lock);
  return rw_try_read_lock(rw_word_of(lock)) == 0;
}

ONHOOK_EXPORT void g_rw_lock_reader_unlock(GRWLock* lock) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_rw_lock_reader_unlock)(lock);
  rw_unlock(rw_word_of(lock));
}

// Conditions --------------------------------------------------------------------------------------

ONHOOK_EXPORT void g_cond_init(GCond* condition) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_cond_init)(condition);
}

ONHOOK_EXPORT void g_cond_clear(GCond* condition) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_cond_clear)(condition);
}

ONHOOK_EXPORT void(g_cond_wait)(GCond* condition, GMutex* mutex) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_cond_wait)(condition, mutex);
  condition_wait(condition, word_of(mutex));
}

ONHOOK_EXPORT gboolean(g_cond_wait_until)(GCond* condition, GMutex* mutex, gint64 end_time) {
  if (current_scheduler() == nullptr) {
    return ONHOOK_REAL(g_cond_wait_until)(condition, mutex, end_time);
  }
  return condition_wait(condition, word_of(mutex), until(end_time)) == 0;
}

ONHOOK_EXPORT void(g_cond_signal)(GCond* condition) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_cond_signal)(condition);
  condition_signal(condition);
}

ONHOOK_EXPORT void(g_cond_broadcast)(GCond* condition) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_cond_broadcast)(condition);
  condition_broadcast(condition);
}

// Queues: the real GAsyncQueue, one operation a call ----------------------------------------------

namespace {

void queue_push_step(GAsyncQueue* queue) {
  current_scheduler()->perform(operation_on(OpKind::queue_push, queue));
  tell_flow(queue, Flow::gives);
}

/// Waits for an item; false when the timer ended the wait.
bool queue_pop_step(GAsyncQueue* queue, Timer timer) {
  Operation op = operation_on(OpKind::queue_pop, queue);
  op.ready = [](void* q) { return g_async_queue_length(static_cast<GAsyncQueue*>(q)) > 0; };
  op.context = queue;
  op.timer = timer;
  if (current_scheduler()->perform(op) != Wake::ready) return false;
  tell_flow(queue, Flow::takes);
  return true;
}

}  // namespace

ONHOOK_EXPORT void g_async_queue_push(GAsyncQueue* queue, gpointer data) {
  if (current_scheduler() != nullptr) queue_push_step(queue);
  ONHOOK_REAL(g_async_queue_push)(queue, data);
}

ONHOOK_EXPORT void g_async_queue_push_front(GAsyncQueue* queue, gpointer item) {
  if (current_scheduler() != nullptr) queue_push_step(queue);
  ONHOOK_REAL(g_async_queue_push_front)(queue, item);
}

ONHOOK_EXPORT void g_async_queue_push_sorted(GAsyncQueue* queue, gpointer data,
                                             GCompareDataFunc function, gpointer user_data) {
  if (current_scheduler() != nullptr) queue_push_step(queue);
  ONHOOK_REAL(g_async_queue_push_sorted)(queue, data, function, user_data);
}

ONHOOK_EXPORT gboolean g_async_queue_remove(GAsyncQueue* queue, gpointer item) {
  if (current_scheduler() != nullptr) {
    current_scheduler()->perform(operation_on(OpKind::queue_push, queue));
  }
  return ONHOOK_REAL(g_async_queue_remove)(queue, item);
}

ONHOOK_EXPORT gpointer g_async_queue_pop(GAsyncQueue* queue) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(g_async_queue_pop)(queue);
  queue_pop_step(queue, {});
  return ONHOOK_REAL(g_async_queue_try_pop)(queue);
}

ONHOOK_EXPORT gpointer g_async_queue_timeout_pop(GAsyncQueue* queue, guint64 timeout_us) {
  if (current_scheduler() == nullptr) {
    return ONHOOK_REAL(g_async_queue_timeout_pop)(queue, timeout_us);
  }
  const bool some = queue_pop_step(queue, timer_after(static_cast<TimeNs>(timeout_us) * 1000));
  return some ? ONHOOK_REAL(g_async_queue_try_pop)(queue) : nullptr;
}

ONHOOK_EXPORT gpointer g_async_queue_try_pop(GAsyncQueue* queue) {
  if (Scheduler* scheduler = current_scheduler()) {
    scheduler->perform(operation_on(OpKind::queue_push, queue));
    tell_flow(queue, Flow::takes);
  }
  return ONHOOK_REAL(g_async_queue_try_pop)(queue);
}

#define ONHOOK_NO_UNLOCKED(result, name, parameters, arguments)   \
  ONHOOK_EXPORT result name parameters {                          \
    if (current_scheduler() != nullptr) onhook_unmodelled(#name); \
    return ONHOOK_REAL(name) arguments;                           \
  }

ONHOOK_NO_UNLOCKED(void, g_async_queue_lock, (GAsyncQueue * queue), (queue))
ONHOOK_NO_UNLOCKED(void, g_async_queue_unlock, (GAsyncQueue * queue), (queue))
ONHOOK_NO_UNLOCKED(gpointer, g_async_queue_pop_unlocked, (GAsyncQueue * queue), (queue))
ONHOOK_NO_UNLOCKED(gpointer, g_async_queue_try_pop_unlocked, (GAsyncQueue * queue), (queue))
ONHOOK_NO_UNLOCKED(void, g_async_queue_push_unlocked, (GAsyncQueue * queue, gpointer data),
                   (queue, data))

// Threads: GLib's own GThread over our pthread_create, which is told what GLib hides from it ------

namespace {

void label_next(const gchar* name, GThreadFunc function) {
  if (current_scheduler() == nullptr) return;
  next_thread_label() = {name != nullptr ? name : "", reinterpret_cast<const void*>(function)};
}

}  // namespace

ONHOOK_EXPORT GThread* g_thread_new(const gchar* name, GThreadFunc function, gpointer data) {
  label_next(name, function);
  return ONHOOK_REAL(g_thread_new)(name, function, data);
}

ONHOOK_EXPORT GThread* g_thread_try_new(const gchar* name, GThreadFunc function, gpointer data,
                                        GError** error) {
  label_next(name, function);
  return ONHOOK_REAL(g_thread_try_new)(name, function, data, error);
}

ONHOOK_EXPORT void g_usleep(gulong us) {
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) return ONHOOK_REAL(g_usleep)(us);
  Operation op;
  op.kind = OpKind::sleep;
  op.timer = timer_after(static_cast<TimeNs>(us) * 1000);
  scheduler->perform(op);
}
