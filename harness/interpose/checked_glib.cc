// SPDX-License-Identifier: GPL-3.0-or-later
// Called by the code under test, or by GLib on its behalf (hashing and comparing keys): GLib's
// functions on text, and its allocator.
#include <glib.h>

#include <algorithm>

#include "harness/interpose/checked.h"

using namespace onhook;

namespace {

void reads_values(LibraryCall& call, const void* a, const void* b, std::size_t bytes) {
  call.reads(a, bytes);
  if (b != nullptr) call.reads(b, bytes);
  call.happens();
}

}  // namespace

#define ONHOOK_CALL_SITE ::onhook::CallSite site(__builtin_return_address(0))

ONHOOK_CHECKED(gpointer, g_malloc, gsize bytes) {
  ONHOOK_CALL_SITE;
  return g_malloc(bytes);
}

ONHOOK_CHECKED(gpointer, g_malloc0, gsize bytes) {
  ONHOOK_CALL_SITE;
  return g_malloc0(bytes);
}

ONHOOK_CHECKED(gpointer, g_malloc_n, gsize count, gsize bytes) {
  ONHOOK_CALL_SITE;
  return g_malloc_n(count, bytes);
}

ONHOOK_CHECKED(gpointer, g_malloc0_n, gsize count, gsize bytes) {
  ONHOOK_CALL_SITE;
  return g_malloc0_n(count, bytes);
}

ONHOOK_CHECKED(gpointer, g_realloc, gpointer block, gsize bytes) {
  ONHOOK_CALL_SITE;
  return g_realloc(block, bytes);
}

ONHOOK_CHECKED(gpointer, g_realloc_n, gpointer block, gsize count, gsize bytes) {
  ONHOOK_CALL_SITE;
  return g_realloc_n(block, count, bytes);
}

ONHOOK_CHECKED(void, g_free, gpointer block) {
  ONHOOK_CALL_SITE;
  g_free(block);
}

ONHOOK_CHECKED(gchar*, g_strdup, const gchar* text) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return (g_strdup)(text);
}

ONHOOK_CHECKED(gchar*, g_strndup, const gchar* text, gsize bytes) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(text, bytes);
  call.happens();
  return g_strndup(text, bytes);
}

ONHOOK_CHECKED(gpointer, g_memdup2, gconstpointer bytes, gsize count) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads(bytes, count);
  call.happens();
  return g_memdup2(bytes, count);
}

ONHOOK_CHECKED(gsize, g_strlcpy, gchar* to, const gchar* from, gsize room) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(from);
  if (from != nullptr) call.writes(to, std::min(std::strlen(from) + 1, room));
  call.happens();
  return g_strlcpy(to, from, room);
}

ONHOOK_CHECKED(gsize, g_strlcat, gchar* to, const gchar* from, gsize room) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(from);
  if (to != nullptr && from != nullptr) {
    const std::size_t there = ::strnlen(to, room);
    call.reads_text(to, room);
    if (there < room) call.writes(to + there, std::min(std::strlen(from) + 1, room - there));
  }
  call.happens();
  return g_strlcat(to, from, room);
}

ONHOOK_CHECKED(int, g_strcmp0, const char* a, const char* b) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {a, b});
  return g_strcmp0(a, b);
}

ONHOOK_CHECKED(guint, g_str_hash, gconstpointer text) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {static_cast<const char*>(text)});
  return g_str_hash(text);
}

ONHOOK_CHECKED(gboolean, g_str_equal, gconstpointer a, gconstpointer b) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {static_cast<const char*>(a), static_cast<const char*>(b)});
  return (g_str_equal)(a, b);
}

ONHOOK_CHECKED(guint, g_int_hash, gconstpointer value) {
  ONHOOK_LIBRARY_CALL(call);
  reads_values(call, value, nullptr, sizeof(gint));
  return g_int_hash(value);
}

ONHOOK_CHECKED(gboolean, g_int_equal, gconstpointer a, gconstpointer b) {
  ONHOOK_LIBRARY_CALL(call);
  reads_values(call, a, b, sizeof(gint));
  return g_int_equal(a, b);
}

ONHOOK_CHECKED(guint, g_int64_hash, gconstpointer value) {
  ONHOOK_LIBRARY_CALL(call);
  reads_values(call, value, nullptr, sizeof(gint64));
  return g_int64_hash(value);
}

ONHOOK_CHECKED(gboolean, g_int64_equal, gconstpointer a, gconstpointer b) {
  ONHOOK_LIBRARY_CALL(call);
  reads_values(call, a, b, sizeof(gint64));
  return g_int64_equal(a, b);
}

ONHOOK_CHECKED(gboolean, g_str_has_prefix, const gchar* text, const gchar* prefix) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text, prefix});
  return (g_str_has_prefix)(text, prefix);
}

ONHOOK_CHECKED(gboolean, g_str_has_suffix, const gchar* text, const gchar* suffix) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text, suffix});
  return (g_str_has_suffix)(text, suffix);
}

ONHOOK_CHECKED(gchar**, g_strsplit, const gchar* text, const gchar* between, gint most) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text, between});
  return g_strsplit(text, between, most);
}

ONHOOK_CHECKED(gchar*, g_ascii_strdown, const gchar* text, gssize bytes) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(text, bytes < 0 ? SIZE_MAX : static_cast<gsize>(bytes));
  call.happens();
  return g_ascii_strdown(text, bytes);
}

ONHOOK_CHECKED(gchar*, g_ascii_strup, const gchar* text, gssize bytes) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads_text(text, bytes < 0 ? SIZE_MAX : static_cast<gsize>(bytes));
  call.happens();
  return g_ascii_strup(text, bytes);
}

ONHOOK_CHECKED(gint, g_ascii_strcasecmp, const gchar* a, const gchar* b) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {a, b});
  return g_ascii_strcasecmp(a, b);
}

ONHOOK_CHECKED(gint64, g_ascii_strtoll, const gchar* text, gchar** end, guint base) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return g_ascii_strtoll(text, end, base);
}

ONHOOK_CHECKED(guint64, g_ascii_strtoull, const gchar* text, gchar** end, guint base) {
  ONHOOK_LIBRARY_CALL(call);
  only_reads(call, {text});
  return g_ascii_strtoull(text, end, base);
}
