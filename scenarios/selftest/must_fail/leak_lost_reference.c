// SPDX-License-Identifier: GPL-3.0-or-later
// A session with a count of references; one way out keeps its own.
#include <pthread.h>
#include <stdlib.h>

struct session {
  int ref_count;
  int destroyed;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void unref(struct session* session) {
  if (--session->ref_count == 0) free(session);
}

static void* handle(void* of) {
  struct session* session = of;
  pthread_mutex_lock(&mutex);
  if (!session->destroyed) unref(session);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void* destroy(void* of) {
  struct session* session = of;
  pthread_mutex_lock(&mutex);
  session->destroyed = 1;
  unref(session);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  struct session* session = calloc(1, sizeof *session);
  session->ref_count = 2;
  pthread_t a, b;
  pthread_create(&a, NULL, handle, session);
  pthread_create(&b, NULL, destroy, session);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
