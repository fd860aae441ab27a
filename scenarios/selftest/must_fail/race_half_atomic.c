// SPDX-License-Identifier: GPL-3.0-or-later
// A flag is set by an atomic store and read by a plain access.
#include <pthread.h>

static int stopping;

static void* stop(void* unused) {
  __atomic_store_n(&stopping, 1, __ATOMIC_SEQ_CST);
  return unused;
}

static void* work(void* unused) { return stopping ? NULL : unused; }

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, stop, NULL);
  pthread_create(&b, NULL, work, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
