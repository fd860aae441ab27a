// SPDX-License-Identifier: GPL-3.0-or-later
// What all need is made once, or so says a plain flag.
#include <pthread.h>

static int table;
static int is_made;

static void make_table(void) { table = 99; }

static void* use(void* unused) {
  if (!is_made) {
    make_table();
    is_made = 1;
  }
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
