// SPDX-License-Identifier: GPL-3.0-or-later
// Appending one locked buffer to another asks for its length, then for its characters: two calls
// that are atomic each, but not together (the StringBuffer.append() of the JDK 1.4, described by
// Flanagan and Qadeer in "A type and effect system for atomicity", PLDI 2003).
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

struct buffer {
  pthread_mutex_t lock;
  atomic_int length;
  char text[32];
};

static struct buffer source = {PTHREAD_MUTEX_INITIALIZER, 3, "abc"};
static struct buffer target = {PTHREAD_MUTEX_INITIALIZER, 0, ""};

static int length_of(struct buffer* buffer) {
  pthread_mutex_lock(&buffer->lock);
  const int length = atomic_load(&buffer->length);
  pthread_mutex_unlock(&buffer->lock);
  return length;
}

static void copy_out(struct buffer* buffer, int length, char* to) {
  pthread_mutex_lock(&buffer->lock);
  assert(length <= atomic_load(&buffer->length));
  memcpy(to, buffer->text, (size_t)length);
  pthread_mutex_unlock(&buffer->lock);
}

static void append(struct buffer* to, struct buffer* from) {
  pthread_mutex_lock(&to->lock);
  const int length = length_of(from);
  const int old = atomic_load(&to->length);
  copy_out(from, length, to->text + old);
  atomic_store(&to->length, old + length);
  pthread_mutex_unlock(&to->lock);
}

static void append_text(struct buffer* to, const char* text, int length) {
  pthread_mutex_lock(&to->lock);
  const int old = atomic_load(&to->length);
  memcpy(to->text + old, text, (size_t)length);
  atomic_store(&to->length, old + length);
  pthread_mutex_unlock(&to->lock);
}

static void erase(struct buffer* buffer) {
  pthread_mutex_lock(&buffer->lock);
  atomic_store(&buffer->length, 0);
  pthread_mutex_unlock(&buffer->lock);
}

static void* rewrite(void* unused) {
  erase(&source);
  append_text(&source, "abc", 3);
  return unused;
}

int main(void) {
  pthread_t writer;
  pthread_create(&writer, NULL, rewrite, NULL);
  append(&target, &source);
  pthread_join(writer, NULL);
  return 0;
}
