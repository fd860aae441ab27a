// SPDX-License-Identifier: GPL-3.0-or-later
// A waiter gives up after a second, and takes for granted that the answer, which may take as long,
// is there.
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t answered = PTHREAD_COND_INITIALIZER;
static int answer;

static void* answerer(void* unused) {
  sleep(1);
  pthread_mutex_lock(&mutex);
  answer = 42;
  pthread_cond_signal(&answered);
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, answerer, NULL);
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 1;
  int result = 0;
  pthread_mutex_lock(&mutex);
  while (answer == 0 && result == 0) result = pthread_cond_timedwait(&answered, &mutex, &until);
  int seen = answer;
  pthread_mutex_unlock(&mutex);
  assert(seen == 42);
  pthread_join(thread, NULL);
  return 0;
}
