// SPDX-License-Identifier: GPL-3.0-or-later
// A message is written, then a relaxed flag says so, with a fence at either end.
#include <pthread.h>
#include <stdatomic.h>

static int message;
static atomic_int ready;

static void* produce(void* unused) {
  message = 42;
  atomic_thread_fence(memory_order_release);
  atomic_store_explicit(&ready, 1, memory_order_relaxed);
  return unused;
}

static void* consume(void* unused) {
  if (!atomic_load_explicit(&ready, memory_order_relaxed)) return unused;
  atomic_thread_fence(memory_order_acquire);
  return message == 42 ? unused : NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, produce, NULL);
  pthread_create(&b, NULL, consume, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
