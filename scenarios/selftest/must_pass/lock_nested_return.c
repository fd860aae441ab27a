// SPDX-License-Identifier: GPL-3.0-or-later
// The callback gives the lock back on every way out.
#include <glib.h>

static GMutex statistics;
static int closed;

static void on_close(gpointer call, gpointer reason) {
  g_mutex_lock(&statistics);
  ++closed;
  if (call == reason) --closed;
  g_mutex_unlock(&statistics);
}

static gpointer close_all(gpointer calls) {
  g_slist_foreach(calls, on_close, GINT_TO_POINTER(2));
  g_slist_free(calls);
  return NULL;
}

int main(void) {
  GSList* calls = g_slist_prepend(NULL, GINT_TO_POINTER(2));
  calls = g_slist_prepend(calls, GINT_TO_POINTER(1));
  g_thread_join(g_thread_new("closes", close_all, calls));
  return 0;
}
