// SPDX-License-Identifier: GPL-3.0-or-later
// A table behind a reader-writer lock; the writer takes the side of writers.
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int table[4];

static void* look_up(void* unused) {
  pthread_rwlock_rdlock(&lock);
  int found = table[1];
  pthread_rwlock_unlock(&lock);
  return found == 5 ? NULL : unused;
}

static void* insert(void* unused) {
  pthread_rwlock_wrlock(&lock);
  table[1] = 6;
  pthread_rwlock_unlock(&lock);
  return unused;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, look_up, NULL);
  pthread_create(&b, NULL, insert, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
