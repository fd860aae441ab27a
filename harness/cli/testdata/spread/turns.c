// SPDX-License-Identifier: GPL-3.0-or-later
// Three threads count, one of them twice; none of them loses a turn.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int counter;

static void* twice(void* unused) {
  atomic_fetch_add(&counter, 1);
  atomic_fetch_add(&counter, 1);
  return unused;
}

static void* once(void* unused) {
  atomic_fetch_add(&counter, 1);
  return unused;
}

int main(void) {
  pthread_t threads[3];
  for (int i = 0; i < 3; ++i) pthread_create(&threads[i], NULL, i == 0 ? twice : once, NULL);
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
  assert(atomic_load(&counter) == 4);
  return 0;
}
