// SPDX-License-Identifier: GPL-3.0-or-later
// What one thread releases another overwrites with a relaxed store; who acquires that store has
// synchronised with nobody. The gate gives the order, and orders nothing.
#include <pthread.h>
#include <stdatomic.h>

static int message;
static volatile int copy;
static atomic_int ready, gate;

static int passed(int n) { return atomic_load_explicit(&gate, memory_order_relaxed) == n; }
static void pass(void) { atomic_fetch_add_explicit(&gate, 1, memory_order_relaxed); }

static void* publish(void* unused) {
  message = 1;
  atomic_store_explicit(&ready, 1, memory_order_release);
  pass();
  return unused;
}

static void* overwrite(void* unused) {
  if (!passed(1)) return unused;
  atomic_store_explicit(&ready, 2, memory_order_relaxed);
  pass();
  return unused;
}

static void* look(void* unused) {
  if (!passed(2) || atomic_load_explicit(&ready, memory_order_acquire) != 2) return unused;
  copy = message;
  return unused;
}

int main(void) {
  pthread_t threads[3];
  pthread_create(&threads[0], NULL, publish, NULL);
  pthread_create(&threads[1], NULL, overwrite, NULL);
  pthread_create(&threads[2], NULL, look, NULL);
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
  return 0;
}
