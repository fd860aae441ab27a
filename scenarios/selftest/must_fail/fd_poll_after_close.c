// SPDX-License-Identifier: GPL-3.0-or-later
// A thread waits for the pipe that tells it to end; its pipe is closed at once.
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

static int ends[2];

static void* wait_for_the_end(void* unused) {
  struct pollfd fd = {ends[0], POLLIN, 0};
  poll(&fd, 1, 1000);
  return unused;
}

int main(void) {
  if (pipe(ends) != 0) return 1;
  pthread_t thread;
  pthread_create(&thread, NULL, wait_for_the_end, NULL);
  close(ends[1]);
  close(ends[0]);
  pthread_join(thread, NULL);
  return 0;
}
