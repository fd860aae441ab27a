// SPDX-License-Identifier: GPL-3.0-or-later
// A driver that is stopped while a request comes in: the request checks that nobody stops the
// driver, and only then counts itself as pending (the bug that Qadeer and Wu describe in "KISS:
// keep it simple and sequential", PLDI 2004, section 2).
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

static atomic_bool is_stopping, has_drained, is_stopped;
static atomic_int pending = 1;  // the driver itself is one

static bool enter(void) {
  if (atomic_load(&is_stopping)) return false;
  atomic_fetch_add(&pending, 1);
  return true;
}

static void leave(void) {
  if (atomic_fetch_sub(&pending, 1) == 1) atomic_store(&has_drained, true);
}

static void* stop(void* unused) {
  atomic_store(&is_stopping, true);
  leave();
  while (!atomic_load(&has_drained)) sched_yield();
  atomic_store(&is_stopped, true);
  return unused;
}

int main(void) {
  pthread_t stopper;
  pthread_create(&stopper, NULL, stop, NULL);
  if (enter()) {
    assert(!atomic_load(&is_stopped));
    leave();
  }
  pthread_join(stopper, NULL);
  return 0;
}
