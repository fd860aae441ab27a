// SPDX-License-Identifier: GPL-3.0-or-later
// A byte through a pipe says that the answer is there.
#include <pthread.h>
#include <unistd.h>

static int answer;
static int ends[2];

static void* reply(void* unused) {
  answer = 1;
  if (write(ends[1], "x", 1) != 1) return NULL;
  return unused;
}

int main(void) {
  if (pipe(ends) != 0) return 1;
  pthread_t thread;
  pthread_create(&thread, NULL, reply, NULL);
  char byte;
  if (read(ends[0], &byte, 1) != 1) return 1;
  int seen = answer;
  pthread_join(thread, NULL);
  close(ends[0]);
  close(ends[1]);
  return seen == 0 || seen == 1 ? 0 : 1;
}
