// SPDX-License-Identifier: GPL-3.0-or-later
// Leaves a mark at the end of each execution.
#include <pthread.h>
#include <stdatomic.h>

#include "marks.h"

static atomic_int counter;

static void* twice(void* unused) {
  atomic_fetch_add(&counter, 1);
  atomic_fetch_add(&counter, 1);
  return unused;
}

int main(void) {
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, twice, NULL);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  leave_mark();
  return 0;
}
