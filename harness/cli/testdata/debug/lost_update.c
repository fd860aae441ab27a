// SPDX-License-Identifier: GPL-3.0-or-later
// Two threads add to a balance, each in two critical sections: an update can be lost.
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int balance;

static int read_balance(void) {
  pthread_mutex_lock(&lock);  // reads
  int seen = balance;
  pthread_mutex_unlock(&lock);
  return seen;
}

static void write_balance(int amount) {
  pthread_mutex_lock(&lock);  // writes
  balance = amount;
  pthread_mutex_unlock(&lock);
}

static void* deposit(void* amount) {
  write_balance(read_balance() + *(int*)amount);
  return 0;
}

int main(void) {
  int ten = 10, five = 5;
  pthread_t one, two;
  pthread_create(&one, 0, deposit, &ten);
  pthread_create(&two, 0, deposit, &five);
  pthread_join(one, 0);
  pthread_join(two, 0);
  assert(balance == 15);
  return 0;
}
