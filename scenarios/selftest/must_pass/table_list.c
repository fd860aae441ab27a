// SPDX-License-Identifier: GPL-3.0-or-later
// The list is gone through under its mutex.
#include <glib.h>

static GList* subscribers;
static GMutex subscribers_mutex;

static gpointer subscribe(gpointer who) {
  g_mutex_lock(&subscribers_mutex);
  subscribers = g_list_append(subscribers, who);
  g_mutex_unlock(&subscribers_mutex);
  return NULL;
}

static gpointer count(gpointer unused) {
  g_mutex_lock(&subscribers_mutex);
  const guint n = g_list_length(subscribers);
  g_mutex_unlock(&subscribers_mutex);
  return GUINT_TO_POINTER(n);
}

int main(void) {
  subscribers = g_list_append(NULL, GINT_TO_POINTER(1));
  GThread* subscribes = g_thread_new("subscribes", subscribe, GINT_TO_POINTER(2));
  GThread* counts = g_thread_new("counts", count, NULL);
  g_thread_join(subscribes);
  g_thread_join(counts);
  g_list_free(subscribers);
  return 0;
}
