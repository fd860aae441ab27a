// SPDX-License-Identifier: GPL-3.0-or-later
// A mutex as if it were a semaphore: one thread locks it, another one unlocks it.
#include <pthread.h>

static pthread_mutex_t started = PTHREAD_MUTEX_INITIALIZER;

static void* start(void* unused) {
  pthread_mutex_unlock(&started);
  return unused;
}

int main(void) {
  pthread_t worker;
  pthread_mutex_lock(&started);
  pthread_create(&worker, NULL, start, NULL);
  pthread_mutex_lock(&started);
  pthread_mutex_unlock(&started);
  pthread_join(worker, NULL);
  return 0;
}
