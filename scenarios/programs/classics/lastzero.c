// SPDX-License-Identifier: GPL-3.0-or-later
// An array of N + 1 zeros. One thread looks from the top down for the last zero; meanwhile thread i
// sets element i to one more than element i - 1 (Abdulla, Aronsson, Jonsson and Sagonas: "Optimal
// dynamic partial order reduction", POPL 2014). What the searcher reads decides how far it goes.
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#ifndef N
#define N 5
#endif

static atomic_int array[N + 1];

static void* search(void* unused) {
  int i = N;
  (void)unused;
  while (atomic_load(&array[i]) != 0) i--;  // element 0 stays 0
  return NULL;
}

static void* raise_element(void* number) {
  intptr_t i = (intptr_t)number;
  atomic_store(&array[i], atomic_load(&array[i - 1]) + 1);
  return NULL;
}

int main(void) {
  pthread_t searcher, raisers[N];
  pthread_create(&searcher, NULL, search, NULL);
  for (intptr_t i = 1; i <= N; i++) {
    pthread_create(&raisers[i - 1], NULL, raise_element, (void*)i);
  }
  pthread_join(searcher, NULL);
  for (int i = 0; i < N; i++) pthread_join(raisers[i], NULL);
  return 0;
}
