// SPDX-License-Identifier: GPL-3.0-or-later
// A compare-and-swap that fails, beside a plain read: two loads (C17 7.17.7.4).
#include <pthread.h>

static int word;
static volatile int seen;

static void* exchange(void* unused) {
  int expected = 5;
  __atomic_compare_exchange_n(&word, &expected, 6, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  return unused;
}

static void* look(void* unused) {
  seen = word;
  return unused;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, exchange, NULL);
  pthread_create(&b, NULL, look, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
