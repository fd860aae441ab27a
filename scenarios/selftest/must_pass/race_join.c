// SPDX-License-Identifier: GPL-3.0-or-later
// main() reads what its worker computed when it has ended.
#include <pthread.h>

static int result;

static void* compute(void* unused) {
  result = 42;
  return unused;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, NULL, compute, NULL);
  pthread_join(worker, NULL);
  int seen = result;
  return seen == 0 || seen == 42 ? 0 : 1;
}
