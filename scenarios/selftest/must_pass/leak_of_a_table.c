// SPDX-License-Identifier: GPL-3.0-or-later
// Subscriptions by name; the table frees their values.
#include <glib.h>
#include <pthread.h>

static GMutex mutex;
static GHashTable* subscriptions;

static void* subscribe(void* name) {
  g_mutex_lock(&mutex);
  g_hash_table_insert(subscriptions, name, g_strdup("active"));
  g_mutex_unlock(&mutex);
  return NULL;
}

static void* unsubscribe(void* name) {
  g_mutex_lock(&mutex);
  g_hash_table_remove(subscriptions, name);
  g_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  char name[] = "alice";
  subscriptions = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  pthread_t a, b;
  pthread_create(&a, NULL, subscribe, name);
  pthread_create(&b, NULL, unsubscribe, name);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  g_hash_table_destroy(subscriptions);
  return 0;
}
