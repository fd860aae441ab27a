// SPDX-License-Identifier: GPL-3.0-or-later
// N - 1 threads set two variables one after the other; one thread looks at both and trusts that it
// never sees the first set without the second. It is created last and has to look before any setter
// is done (the idea of reorder_N in SCTBench: Thomson, Donaldson and Betts, "Concurrency testing
// using schedule bounding", PPoPP 2014).
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifndef N
#define N 100
#endif

static atomic_int a, b;

static void* set(void* unused) {
  atomic_store(&a, 1);
  atomic_store(&b, -1);
  return unused;
}

static void* check(void* unused) {
  assert((atomic_load(&a) == 0 && atomic_load(&b) == 0) ||
         (atomic_load(&a) == 1 && atomic_load(&b) == -1));
  return unused;
}

int main(void) {
  pthread_t threads[N];
  for (int i = 0; i < N; ++i) pthread_create(&threads[i], NULL, i < N - 1 ? set : check, NULL);
  for (int i = 0; i < N; ++i) pthread_join(threads[i], NULL);
  return 0;
}
