// SPDX-License-Identifier: GPL-3.0-or-later
// One thread waits with a timeout, as often as it takes, for what another one does: without a bound
// there are executions of every length. With a bound on timeouts what it counts is small.
#include <assert.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int done, rounds;

static void* work(void* unused) {
  pthread_mutex_lock(&mutex);
  done = 1;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, 0, work, 0);
  pthread_mutex_lock(&mutex);
  while (!done) {
    struct timespec deadline = {0, 0};  // it is past
    pthread_cond_timedwait(&changed, &mutex, &deadline);
    ++rounds;
#ifdef MOST
    assert(rounds <= MOST);
#endif
  }
  pthread_mutex_unlock(&mutex);
  pthread_join(worker, 0);
  return 0;
}
