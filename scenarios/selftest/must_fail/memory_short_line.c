// SPDX-License-Identifier: GPL-3.0-or-later
// A name grows while another thread prints it into a block that was made for it, by its length
// before.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const char* name = "al";

static void* rename_it(void* unused) {
  pthread_mutex_lock(&mutex);
  name = "alice";
  pthread_mutex_unlock(&mutex);
  return unused;
}

static void* print_it(void* unused) {
  pthread_mutex_lock(&mutex);
  const size_t length = strlen(name);
  pthread_mutex_unlock(&mutex);
  pthread_mutex_lock(&mutex);
  char* line = malloc(sizeof "sip:" + length);
  sprintf(line, "sip:%s", name);
  pthread_mutex_unlock(&mutex);
  free(line);
  return unused;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, print_it, NULL);
  pthread_create(&b, NULL, rename_it, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
