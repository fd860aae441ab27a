// SPDX-License-Identifier: GPL-3.0-or-later
// A thread is joined by one that holds the lock it still needs.
#include <pthread.h>

static pthread_rwlock_t config = PTHREAD_RWLOCK_INITIALIZER;

static void* reload(void* unused) {
  pthread_rwlock_wrlock(&config);
  pthread_rwlock_unlock(&config);
  return unused;
}

int main(void) {
  pthread_t loader;
  pthread_create(&loader, NULL, reload, NULL);
  pthread_rwlock_rdlock(&config);
  pthread_join(loader, NULL);
  pthread_rwlock_unlock(&config);
  return 0;
}
