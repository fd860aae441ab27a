// SPDX-License-Identifier: GPL-3.0-or-later
// N threads lock and unlock one mutex K times each. Every order of the critical sections is an
// execution of its own: (N*K)! / (K!)^N of them.
#include <pthread.h>

#ifndef N
#define N 2
#endif
#ifndef K
#define K 2
#endif

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* lock_and_unlock(void* unused) {
  (void)unused;
  for (int i = 0; i < K; i++) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

int main(void) {
  pthread_t threads[N];
  for (int i = 0; i < N; i++) pthread_create(&threads[i], NULL, lock_and_unlock, NULL);
  for (int i = 0; i < N; i++) pthread_join(threads[i], NULL);
  return 0;
}
