// SPDX-License-Identifier: GPL-3.0-or-later
// All change the table under its mutex; before there were threads none was needed.
#include <glib.h>

static GHashTable* calls;
static GMutex calls_mutex;

static gpointer begin(gpointer unused) {
  g_mutex_lock(&calls_mutex);
  g_hash_table_insert(calls, GINT_TO_POINTER(2), GINT_TO_POINTER(2));
  g_mutex_unlock(&calls_mutex);
  return unused;
}

static gpointer end(gpointer unused) {
  g_mutex_lock(&calls_mutex);
  g_hash_table_remove(calls, GINT_TO_POINTER(1));
  g_mutex_unlock(&calls_mutex);
  return unused;
}

int main(void) {
  calls = g_hash_table_new(NULL, NULL);
  g_hash_table_insert(calls, GINT_TO_POINTER(1), GINT_TO_POINTER(1));
  GThread* begins = g_thread_new("begins", begin, NULL);
  GThread* ends = g_thread_new("ends", end, NULL);
  g_thread_join(begins);
  g_thread_join(ends);
  g_hash_table_destroy(calls);
  return 0;
}
