// SPDX-License-Identifier: GPL-3.0-or-later
// A semaphore where one thread waits for another.
#include <pthread.h>
#include <semaphore.h>

static sem_t started;

static void* start(void* unused) {
  sem_post(&started);
  return unused;
}

int main(void) {
  pthread_t worker;
  sem_init(&started, 0, 0);
  pthread_create(&worker, NULL, start, NULL);
  sem_wait(&started);
  pthread_join(worker, NULL);
  return 0;
}
