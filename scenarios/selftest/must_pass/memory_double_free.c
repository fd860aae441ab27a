// SPDX-License-Identifier: GPL-3.0-or-later
// Two threads may be the one that ends a call; who looks says so at once.
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int ended;
static void* call;

static void* hang_up(void* unused) {
  pthread_mutex_lock(&mutex);
  const int was_ended = ended;
  ended = 1;
  pthread_mutex_unlock(&mutex);
  if (was_ended) return unused;
  free(call);
  return unused;
}

int main(void) {
  call = malloc(24);
  pthread_t a, b;
  pthread_create(&a, NULL, hang_up, NULL);
  pthread_create(&b, NULL, hang_up, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
