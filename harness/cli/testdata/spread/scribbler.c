// SPDX-License-Identifier: GPL-3.0-or-later
// Checks first that everything is as a fresh process finds it, then, depending on the order of its
// threads, ruins what it can and dies. Whoever runs it a second time in one process without putting
// everything back sees an assertion fail instead of the crash.
#include <assert.h>
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { kLeaks = 20, kBytes = 5000 };

static atomic_int turn;
static char global_bytes[kBytes];
static char constant_bytes[kBytes] = "as it was compiled";
static GHashTable* table;
static char* remembered_heap;
static int remembered_descriptor = -1;
static char* volatile other_stack;

static void check_fresh(void) {
  for (int i = 0; i < kBytes; ++i) assert(global_bytes[i] == 0);
  assert(strcmp(constant_bytes, "as it was compiled") == 0);
  assert(table == NULL && remembered_heap == NULL && remembered_descriptor == -1);
  assert(atomic_load(&turn) == 0 && other_stack == NULL);
  assert(errno == 0);
}

// Descriptors and blocks that a leak would have used up come out the same each time.
static void leak(void) {
  for (int i = 0; i < kLeaks; ++i) {
    int ends[2];
    assert(pipe(ends) == 0);
    if (remembered_descriptor == -1) remembered_descriptor = ends[0];
    assert(write(ends[1], "x", 1) == 1);
    char* block = malloc(kBytes);
    memset(block, i, kBytes);
    if (remembered_heap == NULL) remembered_heap = block;
  }
  assert(remembered_descriptor < kLeaks);
}

static void scribble(void) {
  memset(global_bytes, 0x5a, sizeof global_bytes);
  memset(constant_bytes, 0x5a, sizeof constant_bytes);
  memset(table, 0x5a, 64);
  memset(remembered_heap - 16, 0x5a, kBytes);
  char* stack = other_stack;
  if (stack != NULL) memset(stack - 128, 0x5a, 640);
  close(remembered_descriptor);
  errno = EDOM;
}

static void* victim(void* unused) {
  char local[512];
  memset(local, 1, sizeof local);
  other_stack = local;
  atomic_fetch_add(&turn, 1);
  atomic_fetch_add(&turn, 1);
  return unused;
}

static void* vandal(void* unused) {
  if (atomic_fetch_add(&turn, 10) == 1) {
    scribble();
    *(volatile int*)NULL = 1;
  }
  return unused;
}

int main(void) {
  check_fresh();
  table = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(table, (gpointer) "key", (gpointer) "value");
  leak();
  pthread_t a, b;
  pthread_create(&a, NULL, victim, NULL);
  pthread_create(&b, NULL, vandal, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  assert(atomic_load(&turn) == 12);
  assert(strcmp(g_hash_table_lookup(table, "key"), "value") == 0);
  return 0;
}
