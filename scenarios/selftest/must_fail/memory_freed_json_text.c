// SPDX-License-Identifier: GPL-3.0-or-later
// The name of a caller goes into an event by one thread and is replaced by another; it is looked up
// first, and json_pack() copies it later.
#include <jansson.h>
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

static void* tell(void* unused) {
  pthread_mutex_lock(&mutex);
  const char* name = caller;
  pthread_mutex_unlock(&mutex);
  pthread_mutex_lock(&mutex);
  json_t* event = json_pack("[i, s#, {s: n}]", 180, name, 3, "sdp");
  pthread_mutex_unlock(&mutex);
  json_decref(event);
  return unused;
}

int main(void) {
  json_object_seed(1);
  caller = strdup("alice");
  pthread_t a, b;
  pthread_create(&a, NULL, tell, NULL);
  pthread_create(&b, NULL, rename_caller, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  free(caller);
  return 0;
}
