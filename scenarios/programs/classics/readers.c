// SPDX-License-Identifier: GPL-3.0-or-later
// One thread writes x, N threads read it, once each. Each reader comes before or after the write:
// 2^N inequivalent executions (Abdulla, Aronsson, Jonsson and Sagonas: "Optimal dynamic partial
// order reduction", POPL 2014).
#include <pthread.h>
#include <stdatomic.h>

#ifndef N
#define N 2
#endif

static atomic_int x;

static void* write_it(void* unused) {
  (void)unused;
  atomic_store(&x, 1);
  return NULL;
}

static void* read_it(void* unused) {
  (void)unused;
  (void)atomic_load(&x);
  return NULL;
}

int main(void) {
  pthread_t writer, readers[N];
  pthread_create(&writer, NULL, write_it, NULL);
  for (int i = 0; i < N; i++) pthread_create(&readers[i], NULL, read_it, NULL);
  pthread_join(writer, NULL);
  for (int i = 0; i < N; i++) pthread_join(readers[i], NULL);
  return 0;
}
