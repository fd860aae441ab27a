// SPDX-License-Identifier: GPL-3.0-or-later
// The function locks and unlocks, its caller does neither.
#include <pthread.h>

static pthread_mutex_t cache = PTHREAD_MUTEX_INITIALIZER;
static int hits;

static void look_up(void) {
  pthread_mutex_lock(&cache);
  ++hits;
  pthread_mutex_unlock(&cache);
}

static void* serve(void* unused) {
  look_up();
  return unused;
}

int main(void) {
  pthread_t server;
  pthread_create(&server, NULL, serve, NULL);
  look_up();
  pthread_join(server, NULL);
  return 0;
}
