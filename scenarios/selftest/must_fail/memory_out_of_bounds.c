// SPDX-License-Identifier: GPL-3.0-or-later
// Each thread takes a place in a table; whether there is one is asked too early.
#include <pthread.h>
#include <stdlib.h>

enum { kPlaces = 2 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int* table;
static int used;

static void* register_account(void* unused) {
  pthread_mutex_lock(&mutex);
  const int full = used == kPlaces;
  pthread_mutex_unlock(&mutex);
  if (full) return unused;
  pthread_mutex_lock(&mutex);
  table[used++] = 1;
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  table = calloc(kPlaces, sizeof *table);
  used = 1;
  pthread_t a, b;
  pthread_create(&a, NULL, register_account, NULL);
  pthread_create(&b, NULL, register_account, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  free(table);
  return 0;
}
