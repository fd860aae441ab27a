// SPDX-License-Identifier: GPL-3.0-or-later
// A call is cleaned up twice while another call opens its sockets.
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static void* clean_up(void* first) {
  const int fd = *(int*)first;
  close(fd);
  close(fd);
  return NULL;
}

static void* begin_call(void* unused) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  (void)fd;
  return unused;
}

int main(void) {
  int first = socket(AF_INET, SOCK_DGRAM, 0);
  pthread_t a, b;
  pthread_create(&a, NULL, clean_up, &first);
  pthread_create(&b, NULL, begin_call, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
