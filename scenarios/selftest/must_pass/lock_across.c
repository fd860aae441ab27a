// SPDX-License-Identifier: GPL-3.0-or-later
// As its twin, but whoever takes both locks takes a third one around them.
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t accounts = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t log_file = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t everything = PTHREAD_MUTEX_INITIALIZER;
static atomic_int done;

static void* pay(void* unused) {
  if (atomic_load(&done)) return unused;
  atomic_store(&done, 1);
  pthread_mutex_lock(&everything);
  pthread_mutex_lock(&accounts);
  pthread_mutex_lock(&log_file);
  pthread_mutex_unlock(&log_file);
  pthread_mutex_unlock(&accounts);
  pthread_mutex_unlock(&everything);
  return unused;
}

static void* rotate(void* unused) {
  if (atomic_load(&done)) return unused;
  atomic_store(&done, 1);
  pthread_mutex_lock(&everything);
  pthread_mutex_lock(&log_file);
  pthread_mutex_lock(&accounts);
  pthread_mutex_unlock(&accounts);
  pthread_mutex_unlock(&log_file);
  pthread_mutex_unlock(&everything);
  return unused;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, pay, NULL);
  pthread_create(&b, NULL, rotate, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
