// SPDX-License-Identifier: GPL-3.0-or-later
// A request goes through a queue; its maker goes on to write to it.
#include <glib.h>

struct request {
  int code;
};

static gpointer handle(gpointer queue) {
  struct request* request = g_async_queue_pop(queue);
  int code = request->code;
  g_free(request);
  return GINT_TO_POINTER(code);
}

int main(void) {
  GAsyncQueue* queue = g_async_queue_new();
  GThread* handler = g_thread_new("handler", handle, queue);
  struct request* request = g_new0(struct request, 1);
  g_async_queue_push(queue, request);
  request->code = 200;
  g_thread_join(handler);
  g_async_queue_unref(queue);
  return 0;
}
