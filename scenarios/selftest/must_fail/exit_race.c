// SPDX-License-Identifier: GPL-3.0-or-later
// A worker uses what main() frees without waiting for it.
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

struct job {
  int* value;
};

static void* worker(void* raw) {
  struct job* job = raw;
  sched_yield();
  *job->value += 1;
  return NULL;
}

int main(void) {
  pthread_t thread;
  int value = 0;
  struct job* job = malloc(sizeof *job);
  job->value = &value;
  pthread_create(&thread, NULL, worker, job);
  free(job);
  pthread_join(thread, NULL);
  return 0;
}
