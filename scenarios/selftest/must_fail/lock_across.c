// SPDX-License-Identifier: GPL-3.0-or-later
// Whoever comes first takes two locks, and the two threads would take them in opposite orders. That
// the second one finds it done is looked up before it is written down, so both may come first; but
// in executions in which no thread is interrupted one does, and nothing there looks wrong.
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t accounts = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t log_file = PTHREAD_MUTEX_INITIALIZER;
static atomic_int done;

static void* pay(void* unused) {
  if (atomic_load(&done)) return unused;
  atomic_store(&done, 1);
  pthread_mutex_lock(&accounts);
  pthread_mutex_lock(&log_file);
  pthread_mutex_unlock(&log_file);
  pthread_mutex_unlock(&accounts);
  return unused;
}

static void* rotate(void* unused) {
  if (atomic_load(&done)) return unused;
  atomic_store(&done, 1);
  pthread_mutex_lock(&log_file);
  pthread_mutex_lock(&accounts);
  pthread_mutex_unlock(&accounts);
  pthread_mutex_unlock(&log_file);
  return unused;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, pay, NULL);
  pthread_create(&b, NULL, rotate, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
