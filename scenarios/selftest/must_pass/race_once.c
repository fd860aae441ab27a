// SPDX-License-Identifier: GPL-3.0-or-later
// What all need is made once.
#include <pthread.h>

static int table;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_table(void) { table = 99; }

static void* use(void* unused) {
  pthread_once(&once, make_table);
  return table == 99 ? unused : NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, use, NULL);
  pthread_create(&b, NULL, use, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
