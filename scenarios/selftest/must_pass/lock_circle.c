// SPDX-License-Identifier: GPL-3.0-or-later
// Three threads and three locks, which all of them take in one order.
#include <glib.h>

static GMutex forks[3];

static gpointer dine(gpointer place) {
  const int left = GPOINTER_TO_INT(place);
  const int right = (left + 1) % 3;
  GMutex* first = &forks[MIN(left, right)];
  GMutex* second = &forks[MAX(left, right)];
  g_mutex_lock(first);
  g_mutex_lock(second);
  g_mutex_unlock(second);
  g_mutex_unlock(first);
  return NULL;
}

int main(void) {
  GThread* guests[3];
  for (int i = 0; i < 3; ++i) guests[i] = g_thread_new("guest", dine, GINT_TO_POINTER(i));
  for (int i = 0; i < 3; ++i) g_thread_join(guests[i]);
  return 0;
}
