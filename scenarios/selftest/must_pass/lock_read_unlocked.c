// SPDX-License-Identifier: GPL-3.0-or-later
// The writer unlocks.
#include <pthread.h>

static pthread_rwlock_t state = PTHREAD_RWLOCK_INITIALIZER;

static void* finish(void* unused) { return unused; }

int main(void) {
  pthread_t helper;
  pthread_rwlock_wrlock(&state);
  pthread_create(&helper, NULL, finish, NULL);
  pthread_join(helper, NULL);
  pthread_rwlock_unlock(&state);
  return 0;
}
