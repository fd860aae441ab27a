// SPDX-License-Identifier: GPL-3.0-or-later
// A message is written, then a flag says so. The flag is atomic and hands the message over.
#include <pthread.h>
#include <stdatomic.h>

static int message;
static atomic_int ready;

static void* produce(void* unused) {
  message = 42;
  atomic_store_explicit(&ready, 1, memory_order_release);
  return unused;
}

static void* consume(void* unused) {
  if (atomic_load_explicit(&ready, memory_order_acquire)) return message == 42 ? unused : NULL;
  return unused;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, produce, NULL);
  pthread_create(&b, NULL, consume, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
