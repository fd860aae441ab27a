// SPDX-License-Identifier: GPL-3.0-or-later
// Two threads end a call, and each closes its pipe; who closes it takes it away.
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int ends[2];

static void* hang_up(void* unused) {
  pthread_mutex_lock(&mutex);
  const int end = ends[1];
  ends[1] = -1;
  pthread_mutex_unlock(&mutex);
  if (end != -1) close(end);
  return unused;
}

int main(void) {
  if (pipe(ends) != 0) return 1;
  pthread_t a, b;
  pthread_create(&a, NULL, hang_up, NULL);
  pthread_create(&b, NULL, hang_up, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  close(ends[0]);
  return 0;
}
