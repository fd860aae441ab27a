// SPDX-License-Identifier: GPL-3.0-or-later
// Two threads share a block of the heap.
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static int* make_samples(void) { return calloc(4, sizeof(int)); }

static void* sample(void* samples) {
  ((int*)samples)[2] += 1;
  return samples;
}

int main(void) {
  int* samples = make_samples();
  pthread_t a, b;
  pthread_create(&a, NULL, sample, samples);
  pthread_create(&b, NULL, sample, samples);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  free(samples);
  return pthread_mutex_destroy(&mutex);
}
