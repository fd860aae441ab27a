// SPDX-License-Identifier: GPL-3.0-or-later
// Takes locks in an order that depends on what differs between processes: where its code, its heap
// and its stack lie, what the time is, how numbers are written, in which order a table lists its
// keys. The assertion fails in some orders, so that there is a schedule to compare, too.
#include <assert.h>
#include <glib.h>
#include <locale.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static atomic_uint seen[4];
static atomic_int last;

static unsigned mixed(uintptr_t bits) { return (unsigned)((bits >> 4) * 2654435761u >> 16) & 3u; }

static void* look(void* table) {
  int local = 0;
  char text[64];
  const time_t now = time(NULL);
  struct tm broken_down;
  gmtime_r(&now, &broken_down);
  snprintf(text, sizeof text, "%.2f %d", 1.5, broken_down.tm_hour);
  void* block = malloc(100);
  atomic_fetch_add(&seen[mixed((uintptr_t)&local)], 1);
  atomic_fetch_add(&seen[mixed((uintptr_t)block)], 1);
  atomic_fetch_add(&seen[mixed((uintptr_t)&look)], 1);
  atomic_fetch_add(&seen[mixed((uintptr_t)now << 4)], 1);
  atomic_fetch_add(&seen[mixed((uintptr_t)g_str_hash(text) << 4)], 1);
  GHashTableIter it;
  gpointer key;
  g_hash_table_iter_init(&it, table);
  while (g_hash_table_iter_next(&it, &key, NULL))
    atomic_store(&last, GPOINTER_TO_INT(*(void**)key));
  return NULL;
}

int main(void) {
  GHashTable* table = g_hash_table_new(g_direct_hash, g_direct_equal);
  for (int i = 1; i < 4; ++i) {
    void** block = malloc(1000);
    *block = GINT_TO_POINTER(i);
    g_hash_table_add(table, block);
  }
  pthread_t a, b;
  pthread_create(&a, NULL, look, table);
  pthread_create(&b, NULL, look, table);
  const int too_early = atomic_load(&last);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  assert(too_early == 0);
  return 0;
}
