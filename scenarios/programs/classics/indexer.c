// SPDX-License-Identifier: GPL-3.0-or-later
// N threads put four messages each into a shared hash table by compare-and-swap, and go on to the
// next slot when one is taken (Flanagan and Godefroid: "Dynamic partial-order reduction for model
// checking software", POPL 2005). Up to 11 threads never meet in a slot; each one more adds three
// slots in which two threads meet.
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#ifndef N
#define N 12
#endif

enum { SLOTS = 128, MESSAGES = 4 };

static atomic_int table[SLOTS];

static void* insert_messages(void* number) {
  int tid = (int)(intptr_t)number;
  for (int m = 1; m <= MESSAGES; m++) {
    int w = m * 11 + tid;
    int h = (w * 7) % SLOTS;
    for (;;) {
      int empty = 0;
      if (atomic_compare_exchange_strong(&table[h], &empty, w)) break;
      h = (h + 1) % SLOTS;
    }
  }
  return NULL;
}

int main(void) {
  pthread_t threads[N];
  for (intptr_t i = 0; i < N; i++) {
    pthread_create(&threads[i], NULL, insert_messages, (void*)i);
  }
  for (int i = 0; i < N; i++) pthread_join(threads[i], NULL);
  return 0;
}
