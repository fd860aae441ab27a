// SPDX-License-Identifier: GPL-3.0-or-later
// Goes round and looks at the real clock, past everything that could stand in for it: for a test
// that has to notice. What it sees changes every 388 days.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>

static atomic_int turns;

static void* take_turns(void* unused) {
  struct timespec now;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"((long)SYS_clock_gettime), "D"((long)CLOCK_REALTIME), "S"(&now)
                   : "rcx", "r11", "memory");
  for (int i = 0; i <= (int)(now.tv_sec >> 25 & 1); ++i) atomic_fetch_add(&turns, 1);
  return unused;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, 0, take_turns, 0);
  pthread_create(&b, 0, take_turns, 0);
  pthread_join(a, 0);
  pthread_join(b, 0);
  assert(turns >= 2);
  return 0;
}
