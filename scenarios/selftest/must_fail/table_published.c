// SPDX-License-Identifier: GPL-3.0-or-later
// The table is handed out before it is complete.
#include <glib.h>

static GHashTable* codecs;
static GMutex codecs_mutex;

static gpointer negotiate(gpointer unused) {
  GHashTable* made = g_hash_table_new(NULL, NULL);
  g_mutex_lock(&codecs_mutex);
  codecs = made;
  g_mutex_unlock(&codecs_mutex);
  g_hash_table_insert(made, GINT_TO_POINTER(0), made);
  return unused;
}

static gpointer offer(gpointer unused) {
  g_mutex_lock(&codecs_mutex);
  if (codecs != NULL) g_hash_table_insert(codecs, GINT_TO_POINTER(8), unused);
  g_mutex_unlock(&codecs_mutex);
  return unused;
}

int main(void) {
  GThread* negotiates = g_thread_new("negotiates", negotiate, NULL);
  GThread* offers = g_thread_new("offers", offer, NULL);
  g_thread_join(negotiates);
  g_thread_join(offers);
  g_hash_table_destroy(codecs);
  return 0;
}
