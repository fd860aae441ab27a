// SPDX-License-Identifier: GPL-3.0-or-later
// A consumer waits on a condition until the producer has put something down; it looks once without
// the lock.
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int slot;

static void* produce(void* unused) {
  pthread_mutex_lock(&mutex);
  slot = 7;
  pthread_cond_signal(&filled);
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  pthread_t producer;
  pthread_create(&producer, NULL, produce, NULL);
  if (slot == 0) {
    pthread_mutex_lock(&mutex);
    while (slot == 0) pthread_cond_wait(&filled, &mutex);
    pthread_mutex_unlock(&mutex);
  }
  pthread_join(producer, NULL);
  return 0;
}
