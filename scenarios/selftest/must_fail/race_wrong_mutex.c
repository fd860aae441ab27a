// SPDX-License-Identifier: GPL-3.0-or-later
// Reader and writer both lock, but not the same mutex.
#include <pthread.h>

static int balance;
static pthread_mutex_t account = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t audit = PTHREAD_MUTEX_INITIALIZER;

static void* pay(void* unused) {
  pthread_mutex_lock(&account);
  balance = 10;
  pthread_mutex_unlock(&account);
  return unused;
}

static void* check(void* unused) {
  pthread_mutex_lock(&audit);
  int seen = balance;
  pthread_mutex_unlock(&audit);
  return seen < 0 ? NULL : unused;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, pay, NULL);
  pthread_create(&b, NULL, check, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
