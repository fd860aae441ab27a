// SPDX-License-Identifier: GPL-3.0-or-later
// N threads give an inode a free block each, under a lock for each inode and each block, as a file
// system would (Flanagan and Godefroid: "Dynamic partial-order reduction for model checking
// software", POPL 2005). Up to 13 threads want different blocks; each one more meets one other.
#include <pthread.h>
#include <stdint.h>

#ifndef N
#define N 14
#endif

enum { NUMINODE = 32, NUMBLOCKS = 26 };

static pthread_mutex_t locki[NUMINODE];
static pthread_mutex_t lockb[NUMBLOCKS];
static int inode[NUMINODE];
static int busy[NUMBLOCKS];

static void* allocate(void* number) {
  int i = (int)(intptr_t)number % NUMINODE;
  pthread_mutex_lock(&locki[i]);
  if (inode[i] == 0) {
    int b = (i * 2) % NUMBLOCKS;
    for (;;) {
      pthread_mutex_lock(&lockb[b]);
      if (!busy[b]) {
        busy[b] = 1;
        inode[i] = b + 1;
        pthread_mutex_unlock(&lockb[b]);
        break;
      }
      pthread_mutex_unlock(&lockb[b]);
      b = (b + 1) % NUMBLOCKS;
    }
  }
  pthread_mutex_unlock(&locki[i]);
  return NULL;
}

int main(void) {
  pthread_t threads[N];
  for (int i = 0; i < NUMINODE; i++) pthread_mutex_init(&locki[i], NULL);
  for (int b = 0; b < NUMBLOCKS; b++) pthread_mutex_init(&lockb[b], NULL);
  for (intptr_t i = 0; i < N; i++) pthread_create(&threads[i], NULL, allocate, (void*)i);
  for (int i = 0; i < N; i++) pthread_join(threads[i], NULL);
  return 0;
}
