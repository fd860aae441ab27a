// SPDX-License-Identifier: GPL-3.0-or-later
// The name of a caller is compared by one thread and replaced by another; it is looked up and
// compared under one lock.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char* caller;

static void* rename_caller(void* unused) {
  char* name = strdup("bob");
  pthread_mutex_lock(&mutex);
  char* old = caller;
  caller = name;
  free(old);
  pthread_mutex_unlock(&mutex);
  return unused;
}

static void* look(void* unused) {
  pthread_mutex_lock(&mutex);
  const int is_alice = strcmp(caller, "alice") == 0;
  pthread_mutex_unlock(&mutex);
  return is_alice ? unused : NULL;
}

int main(void) {
  caller = strdup("alice");
  pthread_t a, b;
  pthread_create(&a, NULL, look, NULL);
  pthread_create(&b, NULL, rename_caller, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  free(caller);
  return 0;
}
