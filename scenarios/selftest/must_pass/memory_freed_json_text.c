// SPDX-License-Identifier: GPL-3.0-or-later
// The name of a caller goes into an event by one thread and is replaced by another; it is looked up
// and copied under one lock, and the copy outlives it.
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
  json_t* event = json_pack("[i, s#, {s: n}]", 180, caller, 3, "sdp");
  pthread_mutex_unlock(&mutex);
  pthread_mutex_lock(&mutex);
  const char* told = json_string_value(json_array_get(event, 1));
  const int is_short = strlen(told) == 3;
  pthread_mutex_unlock(&mutex);
  json_decref(event);
  return is_short ? unused : NULL;
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
