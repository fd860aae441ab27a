// SPDX-License-Identifier: GPL-3.0-or-later
// Two workers write their halves, then each reads the other's half when both have come to the
// barrier.
#include <pthread.h>

static pthread_barrier_t both;
static int halves[2];

static void* work(void* which) {
  const int mine = *(int*)which;
  halves[mine] = 1;
  pthread_barrier_wait(&both);
  return halves[1 - mine] == 0 ? NULL : which;
}

int main(void) {
  int first = 0, second = 1;
  pthread_t a, b;
  pthread_barrier_init(&both, NULL, 2);
  pthread_create(&a, NULL, work, &first);
  pthread_create(&b, NULL, work, &second);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  pthread_barrier_destroy(&both);
  return 0;
}
