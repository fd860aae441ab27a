// SPDX-License-Identifier: GPL-3.0-or-later
// A thread that spins for what another one does, and may spin for ever.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int done, result;

static void* work(void* unused) {
  atomic_store(&result, 7);
  atomic_store(&done, 1);
  return unused;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, 0, work, 0);
  int spins = 0;
  while (!atomic_load(&done)) ++spins;
#ifdef MOST
  assert(spins <= MOST);
#endif
  pthread_join(worker, 0);
  assert(atomic_load(&result) == 7);
  return 0;
}
