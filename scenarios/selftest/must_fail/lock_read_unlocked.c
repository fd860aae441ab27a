// SPDX-License-Identifier: GPL-3.0-or-later
// Another thread than the writer unlocks, is refused, and does not look.
#include <pthread.h>

static pthread_rwlock_t state = PTHREAD_RWLOCK_INITIALIZER;

static void* finish(void* unused) {
  pthread_rwlock_unlock(&state);
  return unused;
}

int main(void) {
  pthread_t helper;
  pthread_rwlock_wrlock(&state);
  pthread_create(&helper, NULL, finish, NULL);
  pthread_join(helper, NULL);
  pthread_rwlock_unlock(&state);
  return 0;
}
