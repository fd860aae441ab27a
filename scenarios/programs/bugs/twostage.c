// SPDX-License-Identifier: GPL-3.0-or-later
// N - 1 threads update two values under a lock each, in two stages; one thread reads both, also
// under the locks, and takes them for one state (the idea of twostage_N in SCTBench, after Eytani
// and Ur's "two-stage access" pattern, IPDPS 2004).
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifndef N
#define N 100
#endif

static pthread_mutex_t first_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int first, second;

static void* update(void* unused) {
  pthread_mutex_lock(&first_lock);
  atomic_store(&first, 1);
  pthread_mutex_unlock(&first_lock);
  pthread_mutex_lock(&second_lock);
  atomic_store(&second, atomic_load(&first) + 1);
  pthread_mutex_unlock(&second_lock);
  return unused;
}

static void* look(void* unused) {
  pthread_mutex_lock(&first_lock);
  const int seen_first = atomic_load(&first);
  pthread_mutex_unlock(&first_lock);
  if (seen_first == 0) return unused;
  pthread_mutex_lock(&second_lock);
  const int seen_second = atomic_load(&second);
  pthread_mutex_unlock(&second_lock);
  assert(seen_second == seen_first + 1);
  return unused;
}

int main(void) {
  pthread_t threads[N];
  for (int i = 0; i < N; ++i) pthread_create(&threads[i], NULL, i < N - 1 ? update : look, NULL);
  for (int i = 0; i < N; ++i) pthread_join(threads[i], NULL);
  return 0;
}
