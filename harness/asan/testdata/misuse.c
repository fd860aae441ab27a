// SPDX-License-Identifier: GPL-3.0-or-later
// A block is used after it was freed, in one order of the threads; and in all of them something is
// read behind a block, before it, behind a local and behind a global variable.
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int* shared;
static int used;
static int table[5] = {1, 2, 3, 4, 5};

static void* use(void* unused) {
  pthread_mutex_lock(&mutex);
  int* mine = shared;
  pthread_mutex_unlock(&mutex);
  __sync_fetch_and_add(&used, 1);
  assert(mine[1] == 0);
  return unused;
}

static int at(const int* array, int i) { return array[i]; }

int main(void) {
  int local[4] = {0};
  pthread_t user;
  shared = calloc(10, sizeof *shared);
  volatile int sum = at(shared, 10) + at(shared, -1) + at(local, 4) + at(table, 5);
  pthread_create(&user, NULL, use, NULL);
  pthread_mutex_lock(&mutex);
  free(shared);
  pthread_mutex_unlock(&mutex);
  pthread_join(user, NULL);
  table[sum & 3] = 0;
  return 0;
}
