// SPDX-License-Identifier: GPL-3.0-or-later
// A thread that finds nothing to do ends with the lock held.
#include <pthread.h>

static pthread_mutex_t queue = PTHREAD_MUTEX_INITIALIZER;
static int jobs;

static void take(void) {
  pthread_mutex_lock(&queue);
  if (jobs == 0) {
    pthread_exit(NULL);
  }
  --jobs;
  pthread_mutex_unlock(&queue);
}

static void* work(void* unused) {
  take();
  return unused;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  pthread_join(worker, NULL);
  return 0;
}
