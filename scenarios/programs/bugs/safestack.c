// SPDX-License-Identifier: GPL-3.0-or-later
// A lock-free stack of indices that marks what is taken out, so that the ABA problem seems to be
// solved (posted by Dmitry Vyukov in 2010 as a challenge to model checkers: it needs three threads
// and at least five preemptions). Two threads come to own one element.
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { kThreads = 3, kRounds = 2, kNone = -1 };

static struct {
  atomic_int owner;
  atomic_int next;
} elements[kThreads] = {{0, 1}, {0, 2}, {0, kNone}};
static atomic_int head = 0, count = kThreads;

static int pop(void) {
  while (atomic_load(&count) > 1) {
    int top = atomic_load(&head);
    const int next = atomic_exchange(&elements[top].next, kNone);
    if (next < 0) continue;
    int expected = top;
    if (atomic_compare_exchange_strong(&head, &expected, next)) {
      atomic_fetch_sub(&count, 1);
      return top;
    }
    atomic_exchange(&elements[top].next, next);
  }
  return kNone;
}

static void push(int element) {
  int top = atomic_load(&head);
  do {
    atomic_store(&elements[element].next, top);
  } while (!atomic_compare_exchange_strong(&head, &top, element));
  atomic_fetch_add(&count, 1);
}

static void* use(void* raw) {
  const int me = (int)(long)raw;
  for (int i = 0; i < kRounds; ++i) {
    int element = pop();
    while (element == kNone) {
      sched_yield();
      element = pop();
    }
    atomic_store(&elements[element].owner, me);
    assert(atomic_load(&elements[element].owner) == me);
    push(element);
  }
  return NULL;
}

int main(void) {
  pthread_t threads[kThreads];
  for (long i = 0; i < kThreads; ++i) pthread_create(&threads[i], NULL, use, (void*)(i + 1));
  for (int i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
  return 0;
}
