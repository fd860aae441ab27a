// SPDX-License-Identifier: GPL-3.0-or-later
// A queue of packets in one block; freed is where it stands now.
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static short *packets, *next;

static void* take(void* unused) {
  pthread_mutex_lock(&mutex);
  ++next;
  pthread_mutex_unlock(&mutex);
  return unused;
}

static void* drop_all(void* unused) {
  pthread_mutex_lock(&mutex);
  free(next);
  packets = next = NULL;
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  packets = next = calloc(8, sizeof *packets);
  pthread_t a, b;
  pthread_create(&a, NULL, drop_all, NULL);
  pthread_create(&b, NULL, take, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
