// SPDX-License-Identifier: GPL-3.0-or-later
// A callback has two ways out, and both unlock.
#include <glib.h>

static GMutex sessions;
static int open_sessions;

static gpointer on_request(gpointer unused) {
  g_mutex_lock(&sessions);
  if (open_sessions == 0) {
    g_mutex_unlock(&sessions);
    return NULL;
  }
  --open_sessions;
  g_mutex_unlock(&sessions);
  return unused;
}

int main(void) {
  GThread* request = g_thread_new("request", on_request, NULL);
  g_thread_join(request);
  return 0;
}
