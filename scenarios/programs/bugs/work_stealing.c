// SPDX-License-Identifier: GPL-3.0-or-later
// A work-stealing queue after the THE protocol (Frigo, Leiserson and Randall: "The implementation
// of the Cilk-5 multithreaded language", PLDI 1998, section 5). Its owner looks at the head before
// it has published the new tail, as a processor does that lacks the fence between the two: so the
// owner and a thief can both take the last item.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#ifndef ITEMS
#define ITEMS 4
#endif
#ifndef STEALS
#define STEALS 2
#endif
enum { kCapacity = 8, kNothing = -1 };

static atomic_int head, tail, slots[kCapacity];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int taken[ITEMS];

static void push(int item) {
  const int t = atomic_load(&tail);
  atomic_store(&slots[t % kCapacity], item);
  atomic_store(&tail, t + 1);
}

static int pop(void) {
  int t = atomic_load(&tail) - 1;
  if (atomic_load(&head) <= t) {
    atomic_store(&tail, t);
    return atomic_load(&slots[t % kCapacity]);
  }
  int item = kNothing;
  pthread_mutex_lock(&lock);
  t = atomic_load(&tail) - 1;
  atomic_store(&tail, t);
  if (atomic_load(&head) <= t) {
    item = atomic_load(&slots[t % kCapacity]);
  } else {
    atomic_store(&tail, t + 1);
  }
  pthread_mutex_unlock(&lock);
  return item;
}

static int steal(void) {
  int item = kNothing;
  pthread_mutex_lock(&lock);
  const int h = atomic_load(&head);
  atomic_store(&head, h + 1);
  if (h + 1 <= atomic_load(&tail)) {
    item = atomic_load(&slots[h % kCapacity]);
  } else {
    atomic_store(&head, h);
  }
  pthread_mutex_unlock(&lock);
  return item;
}

static void use(int item) {
  if (item != kNothing) assert(atomic_fetch_add(&taken[item], 1) == 0);
}

static void* thief(void* unused) {
  for (int i = 0; i < STEALS; ++i) use(steal());
  return unused;
}

int main(void) {
  pthread_t other;
  pthread_create(&other, NULL, thief, NULL);
  for (int i = 0; i < ITEMS; i += 2) {
    push(i);
    push(i + 1);
    use(pop());
  }
  for (int i = 0; i < ITEMS; i += 2) use(pop());
  pthread_join(other, NULL);
  return 0;
}
