// SPDX-License-Identifier: GPL-3.0-or-later
// A table of calls by Call-ID; the key belongs to the call and goes before the entry.
#include <glib.h>
#include <pthread.h>

static GMutex mutex;
static GHashTable* calls;

static void* end_call(void* id) {
  g_mutex_lock(&mutex);
  g_free(id);
  g_mutex_unlock(&mutex);
  return NULL;
}

static void* find_call(void* unused) {
  g_mutex_lock(&mutex);
  const gboolean found = g_hash_table_contains(calls, "a84b4c76e66710");
  g_mutex_unlock(&mutex);
  return found ? unused : NULL;
}

int main(void) {
  char* id = g_strdup("a84b4c76e66710");
  calls = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(calls, id, id);
  pthread_t a, b;
  pthread_create(&a, NULL, find_call, NULL);
  pthread_create(&b, NULL, end_call, id);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  g_hash_table_destroy(calls);
  return 0;
}
