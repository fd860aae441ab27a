// SPDX-License-Identifier: GPL-3.0-or-later
// The same with GLib's mutexes, which are no pthread mutexes at all.
#include <glib.h>

static GMutex first, second;

static gpointer forwards(gpointer unused) {
  g_mutex_lock(&first);
  g_mutex_lock(&second);
  g_mutex_unlock(&second);
  g_mutex_unlock(&first);
  return unused;
}

static gpointer other_way(gpointer unused) {
  g_mutex_lock(&first);
  g_mutex_lock(&second);
  g_mutex_unlock(&first);
  g_mutex_unlock(&second);
  return unused;
}

int main(void) {
  GThread* a = g_thread_new("a", forwards, NULL);
  GThread* b = g_thread_new("b", other_way, NULL);
  g_thread_join(a);
  g_thread_join(b);
  return 0;
}
