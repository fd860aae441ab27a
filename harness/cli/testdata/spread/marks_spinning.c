// SPDX-License-Identifier: GPL-3.0-or-later
// Leaves a mark at the beginning of each execution; one thread looks again and again for what two
// others do, so a bound on steps cuts some executions and others not. The two race in each.
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>

static long real_call(long number, long a, long b, long c, long d) {
  long result;
  register long fourth __asm__("r10") = d;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return result;
}

static void leave_mark(void) {
  const long some_ms[2] = {0, 20 * 1000 * 1000};
  const long fd = real_call(SYS_openat, AT_FDCWD, (long)"marks", O_WRONLY | O_CREAT | O_APPEND, 0644);
  real_call(SYS_write, fd, (long)".", 1, 0);
  real_call(SYS_close, fd, 0, 0, 0);
  real_call(SYS_nanosleep, (long)some_ms, 0, 0, 0);
}

static atomic_int done;
static int worked;

static void* work(void* unused) {
  ++worked;
  atomic_fetch_add(&done, 1);
  return unused;
}

int main(void) {
  leave_mark();
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, work, NULL);
  while (atomic_load(&done) < 2) {
  }
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  return 0;
}
