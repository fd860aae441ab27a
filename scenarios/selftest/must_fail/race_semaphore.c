// SPDX-License-Identifier: GPL-3.0-or-later
// A semaphore says that the slot is full too early.
#include <pthread.h>
#include <semaphore.h>

static sem_t full;
static int slot;

static void* produce(void* unused) {
  sem_post(&full);
  slot = 3;
  return unused;
}

int main(void) {
  sem_init(&full, 0, 0);
  pthread_t producer;
  pthread_create(&producer, NULL, produce, NULL);
  sem_wait(&full);
  int seen = slot;
  pthread_join(producer, NULL);
  sem_destroy(&full);
  return seen == 0 || seen == 3 ? 0 : 1;
}
