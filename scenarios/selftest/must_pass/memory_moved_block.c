// SPDX-License-Identifier: GPL-3.0-or-later
// A buffer that one thread grows and another writes to; it looks where it is.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char* buffer;

static void* grow(void* unused) {
  pthread_mutex_lock(&mutex);
  buffer = realloc(buffer, 64);
  pthread_mutex_unlock(&mutex);
  return unused;
}

static void* fill(void* unused) {
  pthread_mutex_lock(&mutex);
  memset(buffer, 0, 16);
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  buffer = malloc(16);
  pthread_t a, b;
  pthread_create(&a, NULL, fill, NULL);
  pthread_create(&b, NULL, grow, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  free(buffer);
  return 0;
}
