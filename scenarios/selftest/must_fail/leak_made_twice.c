// SPDX-License-Identifier: GPL-3.0-or-later
// What is made on first use is made twice.
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int* table;

static void* use(void* unused) {
  pthread_mutex_lock(&mutex);
  const int missing = table == NULL;
  pthread_mutex_unlock(&mutex);
  pthread_mutex_lock(&mutex);
  if (missing) table = calloc(4, sizeof *table);
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, use, NULL);
  pthread_create(&b, NULL, use, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
