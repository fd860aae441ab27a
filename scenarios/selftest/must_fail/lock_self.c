// SPDX-License-Identifier: GPL-3.0-or-later
// A thread waits for a lock that it holds itself. Nobody waits for the thread, so all looks well.
#include <pthread.h>

static pthread_mutex_t table = PTHREAD_MUTEX_INITIALIZER;
static int entries;

static int count(void) {
  pthread_mutex_lock(&table);
  const int n = entries;
  pthread_mutex_unlock(&table);
  return n;
}

static void* add(void* unused) {
  pthread_mutex_lock(&table);
  entries = count() + 1;
  pthread_mutex_unlock(&table);
  return unused;
}

int main(void) {
  pthread_t helper;
  pthread_create(&helper, NULL, add, NULL);
  pthread_detach(helper);
  return 0;
}
