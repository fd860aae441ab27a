// SPDX-License-Identifier: GPL-3.0-or-later
// A relay thread sends as long as the call lasts; it looks once whether it has a socket.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int media = -1;

static void* relay(void* unused) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(20000)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  pthread_mutex_lock(&mutex);
  const int fd = media;
  pthread_mutex_unlock(&mutex);
  if (fd != -1) sendto(fd, "x", 1, 0, (struct sockaddr*)&to, sizeof to);
  return unused;
}

static void* hang_up(void* unused) {
  pthread_mutex_lock(&mutex);
  const int fd = media;
  media = -1;
  close(fd);
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  media = socket(AF_INET, SOCK_DGRAM, 0);
  pthread_t a, b;
  pthread_create(&a, NULL, relay, NULL);
  pthread_create(&b, NULL, hang_up, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
