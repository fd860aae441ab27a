// SPDX-License-Identifier: GPL-3.0-or-later
// Three threads count often enough that trying every order takes some seconds.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

static atomic_int counter;

static void* count(void* times) {
  for (intptr_t i = 0; i < (intptr_t)times; ++i) atomic_fetch_add(&counter, 1);
  return NULL;
}

int main(void) {
  pthread_t threads[3];
  for (intptr_t i = 0; i < 3; ++i) {
    pthread_create(&threads[i], NULL, count, (void*)(intptr_t)(i == 0 ? 3 : 2));
  }
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
  assert(atomic_load(&counter) == 7);
  return 0;
}
