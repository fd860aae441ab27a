// SPDX-License-Identifier: GPL-3.0-or-later
// A request that one thread answers and another cancels; who cancels leaves the pointer.
#include <pthread.h>
#include <stdlib.h>

struct request {
  int id;
  int answered;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct request* pending;

static void* cancel(void* unused) {
  pthread_mutex_lock(&mutex);
  free(pending);
  pthread_mutex_unlock(&mutex);
  return unused;
}

static void* answer(void* unused) {
  pthread_mutex_lock(&mutex);
  if (pending != NULL) pending->answered = 1;
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  pending = calloc(1, sizeof *pending);
  pthread_t a, b;
  pthread_create(&a, NULL, answer, NULL);
  pthread_create(&b, NULL, cancel, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
