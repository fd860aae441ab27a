// SPDX-License-Identifier: GPL-3.0-or-later
// Leaves a mark at the beginning of each execution; one thread looks again and again for what two
// others do, so a bound on steps cuts some executions and others not. The two race in each.
#include <pthread.h>
#include <stdatomic.h>

#include "marks.h"

static atomic_int done;
static int worked;

static void* work(void* unused) {
  ++worked;
  atomic_fetch_add(&done, 1);
  return unused;
}

int main(void) {
  leave_mark();
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, work, NULL);
  while (atomic_load(&done) < 2) {
  }
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  return 0;
}
