// SPDX-License-Identifier: GPL-3.0-or-later
// main() reads what its worker computed without waiting for it.
#include <pthread.h>

static int result;

static void* compute(void* unused) {
  result = 42;
  return unused;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, NULL, compute, NULL);
  int seen = result;
  pthread_join(worker, NULL);
  return seen == 0 || seen == 42 ? 0 : 1;
}
