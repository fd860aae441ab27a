// SPDX-License-Identifier: GPL-3.0-or-later
// A session's media is set up by one thread and looked at by another, both with its lock.
#include <pthread.h>
#include <stdlib.h>

struct media {
  int port;
  int has_audio;
  int has_video;
};

struct session {
  char* account;
  struct media media;
  pthread_mutex_t mutex;
};

static void set_up(struct session* session) {
  pthread_mutex_lock(&session->mutex);
  session->media.has_audio = 1;
  pthread_mutex_unlock(&session->mutex);
}

static int has_media(struct session* session) {
  pthread_mutex_lock(&session->mutex);
  int has = session->media.has_audio;
  pthread_mutex_unlock(&session->mutex);
  return has;
}

static void* relay(void* session) { return has_media(session) ? session : NULL; }

int main(void) {
  struct session* session = calloc(1, sizeof *session);
  pthread_mutex_init(&session->mutex, NULL);
  pthread_t thread;
  pthread_create(&thread, NULL, relay, session);
  set_up(session);
  pthread_join(thread, NULL);
  pthread_mutex_destroy(&session->mutex);
  free(session);
  return 0;
}
